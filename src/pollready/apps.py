"""The one Django app of PollReady."""

from django.apps import AppConfig


class PollReadyConfig(AppConfig):
    """Register every package's tables under one label and one line of migrations."""

    name = "pollready"
    label = "pollready"
    verbose_name = "PollReady"
    default_auto_field = "django.db.models.BigAutoField"
