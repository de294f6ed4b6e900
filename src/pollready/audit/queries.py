"""Reading the log, and proving that nobody has touched it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from pollready.audit.commands import FIRST_HASH, Entry, batch_hash
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.audit.seal import is_sealed, read_seal


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first batch at which the log is not as it was written.

    `reason` is "missing", "changed" or "unlinked" (found in the chain itself), "stray" (an
    entry that belongs to no batch), "cut" or "replaced" (the log lacks a batch that was sealed
    or kept elsewhere, or has another in its place), "unsealed" (the seal is gone or forged).
    """

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The number and hash of a batch that the office wrote down elsewhere."""

    number: int
    hash: str


def verify_chain(kept: Kept | None = None) -> ChainFault | None:
    """Recompute every hash in order and compare the seal; None when the log is as written.

    Whoever holds the register, its seal and its secret could put back an older copy of all
    three: only what the office keeps elsewhere (`kept`) shows that.
    """
    return _fault_in_chain() or _stray_entry() or _fault_of_seal() or _fault_of_kept(kept)


def last_batch() -> AuditBatch | None:
    """Give the newest batch, whose number and hash an office keeps elsewhere."""
    return AuditBatch.objects.order_by("-number").first()


def verify_seal() -> ChainFault | None:
    """Compare the seal with the newest batch alone: quick, and no proof of what lies before."""
    return _fault_of_seal()


def history_of(objects: Collection[tuple[str, str]]) -> QuerySet[AuditEntry]:
    """Give what was written of objects, by type and id, the newest change first."""
    by_type: dict[str, list[str]] = {}
    for object_type, object_id in objects:
        by_type.setdefault(object_type, []).append(object_id)
    any_of = Q(pk__in=[])
    for object_type, ids in by_type.items():
        any_of |= Q(object_type=object_type, object_id__in=ids)
    entries = AuditEntry.objects.filter(any_of).select_related("batch")
    return entries.order_by("-batch__number", "ordinal")


def _fault_in_chain() -> ChainFault | None:
    previous_hash, expected = FIRST_HASH, 1
    for batch in AuditBatch.objects.order_by("number").iterator():
        if batch.number != expected:
            return ChainFault(number=expected, reason="missing")
        if batch.previous_hash != previous_hash:
            return ChainFault(number=batch.number, reason="unlinked")
        if not _is_as_written(batch):
            return ChainFault(number=batch.number, reason="changed")
        previous_hash, expected = batch.hash, expected + 1
    return None


def _is_as_written(batch: AuditBatch) -> bool:
    ordinals: list[int] = []

    def entries() -> Iterator[Entry]:
        for row in batch.entries.order_by("ordinal").iterator(chunk_size=2000):
            ordinals.append(row.ordinal)
            yield Entry(row.object_type, row.object_id, row.before, row.after)

    computed = batch_hash(
        previous_hash=batch.previous_hash,
        number=batch.number,
        at=batch.at,
        actor=batch.actor,
        command=batch.command,
        reason=batch.reason,
        request_id=batch.request_id,
        entries=entries(),
    )
    return computed == batch.hash and ordinals == list(range(len(ordinals)))


def _stray_entry() -> ChainFault | None:
    """Find an entry whose batch is not there: no hash covers it."""
    its_batch = AuditBatch.objects.filter(pk=OuterRef("batch_id"))
    # The table's own order would join the batch that is not there.
    strays = AuditEntry.objects.filter(~Exists(its_batch)).order_by("batch_id")
    stray = strays.values_list("batch_id", flat=True).first()
    return None if stray is None else ChainFault(number=stray, reason="stray")


def _fault_of_seal() -> ChainFault | None:
    last = last_batch()
    if last is None and _holds_anything():
        return ChainFault(number=1, reason="cut")
    sealed = read_seal()
    if not is_sealed() or (last is None and sealed is None):
        return None
    number = last.number if last else 0
    if sealed is None or not sealed.is_genuine:
        return ChainFault(number=number, reason="unsealed")
    return _compared(sealed.number, sealed.hash, newest=number)


def _holds_anything() -> bool:
    """Tell whether the register holds a row: no row comes into it without a batch."""
    return any(
        model._default_manager.exists() for model in apps.get_app_config("pollready").get_models()
    )


def _fault_of_kept(kept: Kept | None) -> ChainFault | None:
    if kept is None:
        return None
    last = last_batch()
    return _compared(kept.number, kept.hash, newest=last.number if last else 0)


def _compared(number: int, batch_hash: str, *, newest: int) -> ChainFault | None:
    if number > newest:
        return ChainFault(number=newest + 1, reason="cut")
    if not AuditBatch.objects.filter(number=number, hash=batch_hash).exists():
        return ChainFault(number=number, reason="replaced")
    return None
