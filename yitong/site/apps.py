"""Django registration of the site: the composition root."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Wires the contexts to each other once every one of them is loaded."""

    name = "yitong.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from yitong.site import wiring

        wiring.subscribe_all()
