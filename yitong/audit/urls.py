"""Addresses of the audit log."""

from django.urls import path

from yitong.audit.views import checkpoint, log

portal = [path("audit/checkpoint/", checkpoint.checkpoint, name="checkpoint")]
console = [
    path("", log.entries, name="entries"),
    path("<int:entry_id>/", log.entry, name="entry"),
    path("<int:entry_id>/receipt.json", log.entry_receipt, name="entry_receipt"),
]
