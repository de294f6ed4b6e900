"""What of the ledger can be given; what cannot is named with its reason."""

import pytest

from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.stations import read_stations
from pollready.planning.allocations.stock import WhyNot, read_stock
from pollready.register.models import Component, Tier
from pollready.resources.models import ResourceLot


@pytest.fixture
def stock(ground):
    def read():
        lots = ResourceLot.objects.all()
        return read_stock(lots, ground.rows.round.pk, office_means(), read_stations(ground))

    return read


def _why(found, lot) -> dict[str, int | None]:
    return {str(row.why): row.units for row in found.left_out if row.lot == lot.pk}


def test_only_what_is_delivered_and_tested_counts(stock, lot):
    short = lot("generator", 9, delivered=6, tested=4, deployed=1, depot="short")
    found = stock()
    assert next(row.units for row in found.stores if row.lot == short.pk) == 3
    assert _why(found, short) == {"undelivered": 3, "untested": 2}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"tested": None}, WhyNot.UNCOUNTED),
        ({"provisioned": False}, WhyNot.NOT_PROVISIONED),
        ({"provisioned": None}, WhyNot.PROVISIONING_UNKNOWN),
        ({"county": ""}, WhyNot.NO_PLACE),
    ],
)
def test_a_spare_that_cannot_be_relied_on_is_left_out_with_its_reason(stock, lot, more, why):
    spare = lot("identity device", 5, depot="other", **more)
    found = stock()
    assert spare.pk not in [row.lot for row in found.stores]
    assert str(why) in _why(found, spare)


def test_a_kind_of_which_nobody_said_what_it_does_is_named(stock, lot):
    boat = lot("boat", 2)
    assert _why(stock(), boat) == {"unknown-kind": 2}


def test_the_same_pieces_count_once(stock, lot):
    lot("generator", 2, serials="A1, A2", depot="one")
    second = lot("generator", 2, serials="A2, A3", depot="two")
    found = stock()
    assert _why(found, second) == {"twice": 1}
    assert next(row.units for row in found.stores if row.lot == second.pk) == 1


def test_a_depot_of_the_register_stands_where_it_does_else_in_the_middle_of_its_county(
    stock, lot, stocked
):
    Component.objects.create(
        round=stocked.round, code="DP-1", kind="depot", name="انبار مرکزی", lat=38.5, lon=46.5,
        tier=Tier.COUNTY,
    )  # fmt: skip
    known, unknown = lot("modem", 1, depot="انبار مرکزی"), lot("modem", 1, depot="nowhere")
    rows = {row.lot: row for row in stock().stores}
    assert (rows[known.pk].lat, rows[known.pk].by_county) == (38.5, False)
    assert rows[unknown.pk].by_county


def test_a_spare_for_one_software_or_one_county_says_so(stock, lot):
    tied = lot("identity device", 4, compatible="v3.2.1 میانه", depot="tied")
    row = next(row for row in stock().stores if row.lot == tied.pk)
    assert row.versions == {"3.2.1"}  # as stations write it
    assert len(row.counties) == 1
    persian = lot("identity device", 4, compatible="نسخه ۳٫۲٫۱", depot="persian")
    row = next(row for row in stock().stores if row.lot == persian.pk)
    assert row.versions == {"3.2.1"}
