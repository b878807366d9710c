"""Addresses of the analysis: one set of pages, which the board and the console both lead to."""

from django.urls import path

from yitong.waiving.views import exports, pages

board = [
    path("waiving/", pages.overview, name="overview"),
    path("waiving/items/", pages.items, name="items"),
    path("waiving/items/<int:item_id>/", pages.item, name="item"),
    path("waiving/next/", pages.next_best, name="next"),
    path("waiving/report/", pages.report, name="report"),
    path("waiving/export/<slug:table>/", exports.export, name="export"),
    path("waiving/recount/", pages.recount, name="recount"),
]
