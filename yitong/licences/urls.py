"""Addresses of the licences context."""

from django.urls import path

from yitong.licences.views import pages

portal = [
    path("my/licences/", pages.mine, name="mine"),
    path("my/licences/<int:licence_id>/", pages.one, name="one"),
    path("l/<str:code>", pages.short, name="short"),
]
desk = [
    path("licences/", pages.desk, name="desk"),
    path("licences/<int:licence_id>/revoke/", pages.revoke, name="revoke"),
]
console = [path("types/", pages.types, name="types")]
