"""Addresses of certificates."""

from django.urls import path

from yitong.certificates.views import console as types
from yitong.certificates.views import desk as reviews
from yitong.certificates.views import portal as pages
from yitong.certificates.views import questions, window

portal = [
    path("certificates/", pages.catalogue, name="catalogue"),
    path("certificates/<slug:type_code>/", pages.apply, name="apply"),
    path("my/certificates/", pages.mine, name="mine"),
    path("my/data-sheet/", pages.sheet, name="sheet"),
    path("my/certificates/<str:number>/", pages.one, name="one"),
    path("my/certificates/<str:number>/supply/", pages.supply, name="supply"),
    path("my/certificates/<str:number>/withdraw/", pages.withdraw, name="withdraw"),
]
desk = [
    path("certificates/", reviews.listing, name="desk"),
    path("certificates/export.csv", reviews.export, name="desk_export"),
    path("certificates/<str:request_number>/", reviews.one, name="desk_one"),
    path("certificates/<str:request_number>/revoke/", reviews.revoke, name="desk_revoke"),
    path("verifications/", questions.listing, name="questions"),
    path("verifications/new/", questions.ask, name="ask"),
    path("verifications/<str:verification_number>/", questions.one, name="question"),
    path("window/", window.begin, name="window_begin"),
    path("window/<int:window_id>/", window.window, name="window"),
    path("window/drawn/<str:number>/", window.drawn, name="drawn"),
]
console = [
    path("", types.types, name="types"),
    path("new/", types.new, name="new_type"),
    path("seed/", types.seed, name="seed"),
    path("<slug:type_code>/", types.edit, name="type"),
]
