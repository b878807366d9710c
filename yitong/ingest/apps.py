"""Django registration of the ingest context."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.ingest"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What stays in quarantine is sealed; rotation of the data keys must find it."""
        from yitong.licences import sealing

        sealing.register(sealing.SealedTable("ingest_rejectedrow"))
