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
        from yitong.documents.queries.verification import register_kind, register_reader
        from yitong.licences.permissions import may_see_subject
        from yitong.licences.queries import verification

        register_subject_policy("licence", may_see_subject)
        # Their other proofs are verified where documents are, and their standing is the register's to tell.
        register_kind("licence", verification.standing_of_document)
        register_reader("licences", verification.verify_file, verification.verify_text)
