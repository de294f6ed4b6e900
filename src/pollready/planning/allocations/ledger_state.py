"""Whether the ledger still is what a plan was made from."""

import hashlib
import json

from pollready.resources.models import ResourceLot

_COUNTED = (
    "pk", "kind", "agency", "county", "depot", "compatible", "provisioned", "pledged", "delivered",
    "tested", "deployed", "returned", "serials",
)  # fmt: skip


def ledger_digest(round_id: int) -> str:
    """Give a hash of everything of the ledger that a plan rests on."""
    rows = list(ResourceLot.objects.filter(round=round_id).order_by("pk").values_list(*_COUNTED))
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
