"""What a plan is made from, so that it can be told when that is not so any more."""

import hashlib
import json
from dataclasses import dataclass

from pollready.assessment.queries import last_assessment
from pollready.audit.version import register_version
from pollready.resources.models import ResourceLot

_COUNTED = (
    "pk", "kind", "agency", "county", "depot", "compatible", "provisioned", "pledged", "delivered",
    "tested", "deployed", "returned", "serials",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """The version of the register, the hash of the ledger, and the assessment."""

    version: int
    ledger: str
    assessment: int | None


def made_from_now(round_id: int) -> MadeFrom:
    """Give what a plan of a round would be made from now."""
    saved = last_assessment(round_id)
    return MadeFrom(
        register_version(), ledger_digest(round_id), None if saved is None else saved.pk
    )


def ledger_digest(round_id: int) -> str:
    """Give a hash of everything of the ledger that a plan rests on."""
    rows = list(ResourceLot.objects.filter(round=round_id).order_by("pk").values_list(*_COUNTED))
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
