"""Django registration of the parties context."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
