"""Django registration of the notifications context."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
