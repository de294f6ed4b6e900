"""The append-only log of every write, chained by hashes batch by batch."""

from django.db import models


class AuditBatch(models.Model):
    """What one command wrote: who, when, why; `hash` covers its entries and the batch before."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    command = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["actor", "number"], name="audit_by_actor"),
            models.Index(fields=["command", "number"], name="audit_by_command"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.command}"


class AuditEntry(models.Model):
    """One object before and after; null before is a creation, null after a removal."""

    batch = models.ForeignKey(AuditBatch, on_delete=models.PROTECT, related_name="entries")
    ordinal = models.PositiveIntegerField()
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["batch", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "ordinal"], name="audit_entry_once_in_batch")
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_history_of_object")
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
