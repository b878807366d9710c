"""Django registration of the certificates context."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.certificates"
    label = "certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Who sees documents and files of a certificate, and for whom an officer at a window or an agent may ask."""
        from yitong.certificates import scenes  # noqa: F401  # offers its scene
        from yitong.certificates.permissions import mandate_facts, may_see_subject, window_facts
        from yitong.consents.permissions import register_case_policy
        from yitong.documents.permissions import register_subject_policy

        register_subject_policy("certificate", may_see_subject)
        register_subject_policy("verification", may_see_subject)
        register_subject_policy("window", may_see_subject)
        register_case_policy(window_facts)
        register_case_policy(mandate_facts)
