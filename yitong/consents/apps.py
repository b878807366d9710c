"""Django registration of the consents context."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.consents"
    label = "consents"
    default_auto_field = "django.db.models.BigAutoField"
