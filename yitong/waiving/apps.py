"""Django registration of the waiving context."""

from django.apps import AppConfig


class WaivingConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.waiving"
    label = "waiving"
    default_auto_field = "django.db.models.BigAutoField"
