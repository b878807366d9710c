"""Django registration of the licences context."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.licences"
    label = "licences"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Documents about a licence are seen by whoever sees the licence."""
        from yitong.documents.permissions import register_subject_policy
        from yitong.licences.permissions import may_see_subject

        register_subject_policy("licence", may_see_subject)
