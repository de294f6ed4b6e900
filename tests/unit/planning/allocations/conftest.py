"""The small register with means in its ledger: some that can be given, some that cannot."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from pollready.assessment.chances import ground_of
from pollready.places.models import Agency, Place
from pollready.planning.allocations.keeping import weigh
from pollready.planning.allocations.queries import basis_of, first_inputs
from pollready.register.models import Source
from pollready.resources.commands import list_entries
from pollready.resources.models import LotEntry, ResourceLot

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
AS_OF = date(2028, 6, 19)
Lots = Callable[..., ResourceLot]


@pytest.fixture
def lot(assessed) -> Lots:
    """Make lots of so many units that are delivered and tested; what differs is given."""

    def make(kind: str, units: int, *, agency: str = "PWR", county: str = "01", **more):
        values = {
            "pledged": units, "delivered": units, "tested": units, "deployed": 0,
            "depot": f"store of {kind}", "provisioned": True,
        } | more  # fmt: skip
        made = ResourceLot.objects.create(
            round=assessed.round, agency=Agency.objects.get(code=agency), kind=kind,
            county=Place.objects.get(code=county) if county else None,
            source=Source.objects.get(lineage="workbook"), **values,
        )  # fmt: skip
        listed = {
            name: values[name] for name in ("pledged", "delivered", "tested", "deployed")
            if values[name] is not None
        }  # fmt: skip
        LotEntry.objects.bulk_create(list_entries(made, listed, NOW))
        return made

    return make


@pytest.fixture
def stocked(assessed, lot):
    """Put generators, terminals, spare devices and a technician into the ledger."""
    lot("generator", 2)
    lot("terminal", 1, agency="TCI")
    lot("identity device", 3, agency="TCI", county="02")
    lot("technician", 1, agency="TCI")
    return assessed


@pytest.fixture
def weighed_round(stocked):
    return weigh(stocked.round.pk, as_of=AS_OF, now=NOW)


@pytest.fixture
def basis(stocked, weighed_round):
    return basis_of(stocked.round.pk, weighed_round)


@pytest.fixture
def first(stocked, basis):
    return first_inputs(basis, stocked.round.pk)


@pytest.fixture
def ground(stocked):
    return ground_of(stocked.round.pk, as_of=AS_OF)
