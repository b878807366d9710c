"""Addresses of notifications."""

from django.urls import path

from yitong.notifications.views import deliveries, mine, outbox, templates

portal = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("my/messages/", mine.messages, name="mine"),
    path("my/messages/read/", mine.read, name="read_all"),
    path("my/messages/<int:message_id>/read/", mine.read, name="read"),
]
console = [
    path("", deliveries.deliveries, name="deliveries"),
    path("<int:message_id>/retry/", deliveries.retry, name="retry"),
    path("retry/", deliveries.retry_all, name="retry_all"),
    path("templates/", templates.template_list, name="templates"),
    path("templates/<slug:code>/", templates.template_edit, name="template"),
    path("templates/<slug:code>/<int:version>/restore/", templates.template_restore, name="template_restore"),
]
