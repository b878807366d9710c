"""Addresses of consents."""

from django.urls import path

from yitong.consents.views import board as supervising
from yitong.consents.views import code, my, scan
from yitong.consents.views import console as tables

portal = [
    path("my/consents/", my.consents, name="consents"),
    path("my/consents/new/", my.grant, name="grant"),
    path("my/consents/<int:consent_id>/", my.revoke, name="revoke"),
    path("my/looks/", my.looks, name="looks"),
    path("my/looks/export.csv", my.looks_export, name="looks_export"),
    path("my/looks/<int:look_id>/receipt.json", my.receipt, name="receipt"),
    path("my/code/", code.choose, name="code"),
    path("my/code/show/", code.show, name="code_show"),
    path("my/code/fresh/", code.fresh, name="code_fresh"),
]
desk = [
    path("scan/", scan.scan, name="scan"),
    path("scan/<int:code_id>/", scan.scanned, name="scanned"),
    path("scan/<int:code_id>/take/", scan.take, name="take"),
]
console = [
    path("bases/", tables.bases, name="bases"),
    path("bases/<slug:code>/", tables.edit_basis, name="basis"),
]
board = [
    path("looks/", supervising.looks, name="board_looks"),
    path("looks/export.csv", supervising.looks_export, name="board_looks_export"),
    path("looks/anomalies/", supervising.anomalies, name="anomalies"),
    path("looks/thresholds/", supervising.thresholds, name="thresholds"),
]
