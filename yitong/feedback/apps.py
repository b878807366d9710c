"""Django registration of the feedback context."""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """Registers the context under the label its tables and permissions carry."""

    name = "yitong.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"
