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
        """Keep the register's past, and what is frozen, over every change of their tables."""
        from pollready.audit.frozen import freeze, unfreeze  # they need the tables' models
        from pollready.audit.past import keep_past, stop_keeping

        for before in (stop_keeping, unfreeze):
            pre_migrate.connect(before, sender=self)
        for after in (keep_past, freeze):
            post_migrate.connect(after, sender=self)
