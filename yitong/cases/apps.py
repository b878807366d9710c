"""Django registration of the cases context."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who may read the documents and files of a case (whoever may see it), and which of its columns are encrypted."""
        from yitong.cases.permissions import may_see_subject
        from yitong.documents.permissions import register_subject_policy
        from yitong.licences import sealing

        register_subject_policy("case", may_see_subject)
        sealing.register(sealing.SealedTable("cases_materialreuse", "reference"))
