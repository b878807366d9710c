"""Addresses of notifications."""

from django.urls import path

from yitong.notifications.views import deliveries, mine, outbox

portal = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("my/messages/", mine.messages, name="mine"),
    path("my/messages/read/", mine.read, name="read_all"),
    path("my/messages/<int:message_id>/read/", mine.read, name="read"),
]
console = [
    path("", deliveries.deliveries, name="deliveries"),
    path("<int:message_id>/retry/", deliveries.retry, name="retry"),
]
