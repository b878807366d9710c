"""Addresses of the archive."""

from django.urls import path

from yitong.archive.views import adding, keeping
from yitong.archive.views import desk as counter
from yitong.archive.views import portal as own

portal = [
    path("my/archive/", own.mine, name="mine"),
    path("my/archive/add/", adding.add, name="add"),
    path("my/archive/declare/", adding.declare, name="declare"),
    path("my/archive/keeping/", keeping.keeping, name="keeping"),
    path("my/archive/export/", keeping.export, name="export"),
    path("my/archive/log/", keeping.log, name="log"),
    path("my/archive/<int:archived_id>/", own.one, name="one"),
    path("my/archive/<int:archived_id>/file/", own.picture, name="picture"),
    path("my/archive/<int:archived_id>/again/", own.again, name="again"),
    path("my/archive/<int:archived_id>/delete/", own.delete, name="delete"),
]
desk = [
    path("archive/", counter.case_papers, name="desk"),
    path("archive/<str:number>/<int:archived_id>/", counter.paper, name="desk_paper"),
    path("archive/<str:number>/<int:archived_id>/file/", counter.picture, name="desk_picture"),
]
