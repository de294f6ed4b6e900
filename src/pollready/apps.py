"""The one Django app of PollReady."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PollReadyConfig(AppConfig):
    """Register every package's tables under one label and one line of migrations."""

    name = "pollready"
    label = "pollready"
    verbose_name = "PollReady"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the register's past, over every change of its tables."""
        from pollready.audit.past import keep_past, stop_keeping  # needs the tables' models

        pre_migrate.connect(stop_keeping, sender=self)
        post_migrate.connect(keep_past, sender=self)
