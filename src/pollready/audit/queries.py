"""Reading the log, and proving that nobody has touched it."""

from dataclasses import dataclass

from pollready.audit.commands import FIRST_HASH, Entry, batch_hash
from pollready.audit.models import AuditBatch


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first batch at which the chain does not hold."""

    number: int
    reason: str  # "missing", "changed" or "unlinked"


def verify_chain() -> ChainFault | None:
    """Recompute every hash in order; None when the log is as it was written.

    A batch removed from the very end cannot be seen from the log alone: keep the last
    number and hash elsewhere (`pollready audit verify` prints them).
    """
    previous_hash, expected = FIRST_HASH, 1
    for batch in AuditBatch.objects.order_by("number").iterator():
        if batch.number != expected:
            return ChainFault(number=expected, reason="missing")
        if batch.previous_hash != previous_hash:
            return ChainFault(number=batch.number, reason="unlinked")
        entries = (
            Entry(row.object_type, row.object_id, row.before, row.after)
            for row in batch.entries.order_by("ordinal").iterator(chunk_size=2000)
        )
        computed = batch_hash(
            previous_hash=previous_hash,
            number=batch.number,
            at=batch.at,
            actor=batch.actor,
            command=batch.command,
            reason=batch.reason,
            request_id=batch.request_id,
            entries=entries,
        )
        if computed != batch.hash:
            return ChainFault(number=batch.number, reason="changed")
        previous_hash, expected = batch.hash, expected + 1
    return None


def last_batch() -> AuditBatch | None:
    """Give the newest batch, whose number and hash an office keeps elsewhere."""
    return AuditBatch.objects.order_by("-number").first()
