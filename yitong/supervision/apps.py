"""Django registration of the supervision context."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
