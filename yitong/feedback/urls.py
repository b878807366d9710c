"""Addresses of feedback."""

from django.urls import path

from yitong.feedback.views.rating import rate_case, ratings

portal = [path("my/cases/<str:number>/rate/", rate_case, name="rate")]
board = [path("ratings/", ratings, name="ratings")]
