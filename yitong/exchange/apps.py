"""Django registration of the exchange context."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Outside systems work on cases of their own; consents must know."""
        from yitong.consents.permissions import register_case_policy
        from yitong.exchange.permissions import client_case

        register_case_policy(client_case)
