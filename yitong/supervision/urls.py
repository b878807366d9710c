"""Addresses of supervision."""

from django.urls import path

from yitong.supervision.views.board import cases_behind, lights

board = [path("", lights, name="board"), path("cases/", cases_behind, name="cases")]
