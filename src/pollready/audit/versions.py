"""Objects that two people may edit at once: the later one is told, nothing is overwritten."""

from typing import Any

from django.db import models
from django.db.models import F


class ChangedMeanwhile(Exception):
    """Somebody else changed the object since the form was opened."""

    code = "audit.changed-meanwhile"

    def __init__(self, what: str, version: int) -> None:
        self.fields: dict[str, object] = {"object": what, "version": version}
        super().__init__(f"{what} is at version {version}")


class Versioned(models.Model):
    """An object that counts how often it was written."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


def claim_version(instance: Any, expected: int) -> None:
    """Take the next version of a `Versioned` for this transaction, or raise `ChangedMeanwhile`.

    Must stand inside the command's transaction, before its writes; the instance is not saved.
    """
    table = type(instance)._default_manager
    taken = table.filter(pk=instance.pk, version=expected).update(version=F("version") + 1)
    if not taken:
        now = table.values_list("version", flat=True).get(pk=instance.pk)
        raise ChangedMeanwhile(f"{instance._meta.model_name} {instance.pk}", now)
    instance.version = expected + 1
