"""Django registration of the audit context."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
