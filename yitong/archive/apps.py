"""Django registration of the archive context."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.archive"
    label = "archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yitong.archive import contents
        from yitong.archive.permissions import may_see_subject
        from yitong.documents.permissions import register_subject_policy
        from yitong.licences import sealing

        register_subject_policy("archive", may_see_subject)
        sealing.register(contents.TABLE)
