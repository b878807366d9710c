"""Django registration of the catalog context."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
