"""Django registration of the documents context."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
