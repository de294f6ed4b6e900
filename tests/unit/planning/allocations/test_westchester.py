"""F11 and F8 replayed: 150 of 380 sites dark, known the day before, with generators for some.

Generators go where they keep most voters; where none is left, merging is offered; and the
preview made at noon the day before already says so.
"""

from dataclasses import replace

import numpy as np
import pytest

from pollready.assessment.chances import ground_of
from pollready.places.models import Agency, Place, PlaceLevel
from pollready.planning.allocations.keeping import kinds_now, weigh
from pollready.planning.allocations.making import make_plan, preview_plan
from pollready.planning.allocations.means import office_means
from pollready.planning.allocations.queries import basis_of, first_inputs
from pollready.register.models import Claim, Source
from pollready.resources.models import ResourceLot
from tests.unit.planning.allocations.conftest import AS_OF, NOW

SITES, DARK, GENERATORS = 380, 150, 60
GENERATOR = "[generator]\nstation = { generator_h = 0 }\ncost = 40\n"


@pytest.fixture
def storm(db, rows, settings, tmp_path):
    """380 sites, of which every second of the first 300 has no mains and no generator."""
    settings.POLLREADY_DATA = tmp_path
    (tmp_path / "means.toml").write_text(GENERATOR, "utf-8")
    register = rows.fill_register(stations=SITES)
    dark = [listing.pk for listing in register.listings[: 2 * DARK : 2]]
    Claim.objects.filter(listing__in=dark, field="mains").update(value="no")
    Claim.objects.filter(listing__in=dark, field="feeder").delete()
    Claim.objects.filter(listing__in=dark, field="generator").update(value="no")
    ResourceLot.objects.create(
        round=register.round, agency=Agency.objects.get(code="PWR"), kind="generator",
        county=Place.objects.get(level=PlaceLevel.COUNTY, code="01"), depot="yard",
        source=Source.objects.get(lineage="workbook"), pledged=GENERATORS, delivered=GENERATORS,
        tested=GENERATORS, deployed=0,
    )  # fmt: skip
    found = weigh(register.round.pk, as_of=AS_OF, now=NOW)
    basis = basis_of(register.round.pk, found)
    inputs = replace(first_inputs(basis, register.round.pk), travel_max_h=24.0)
    return register, dark, basis, inputs


def test_generators_go_where_most_voters_are_kept_and_merging_is_offered_for_the_rest(storm):
    register, dark, basis, inputs = storm
    ground = ground_of(register.round.pk, as_of=AS_OF)
    result = make_plan(basis, inputs, ground, kinds_now(register.round.pk, office_means()))
    given = [each["listing"] for each in result["given"]]
    assert len(given) == GENERATORS
    assert set(given) <= set(dark)
    voters = {row.pk: row.expected_voters or 0 for row in register.listings}
    # A mobile station's stops need the same power: who is dark is dark for all its voters.
    left = set(dark) - set(given)
    assert min(voters[pk] for pk in given) >= max(voters[pk] for pk in left)
    merged = {each["listing"]: each["into"] for each in result["merges"]}
    assert set(merged) == left
    assert set(merged.values()).isdisjoint(left)
    place = result["stations"]["listings"].index(next(iter(left)))
    assert result["stations"]["why"][place] == "worth-less"
    assert result["stations"]["before"][place] > 0.99


def test_the_preview_at_noon_the_day_before_names_the_same_sites(storm):
    register, _, basis, inputs = storm
    ground = ground_of(register.round.pk, as_of=AS_OF)
    result = make_plan(basis, inputs, ground, kinds_now(register.round.pk, office_means()))
    preview = preview_plan(basis, inputs)
    assert {each["listing"] for each in preview["given"]} == {
        each["listing"] for each in result["given"]
    }


def test_as_many_generators_as_are_dark_leave_no_site_dark(storm):
    register, dark, basis, inputs = storm
    ground = ground_of(register.round.pk, as_of=AS_OF)
    enough = replace(inputs, units={"generator": DARK}, voters_unknown=500)
    result = make_plan(basis, enough, ground, kinds_now(register.round.pk, office_means()))
    after = np.array(result["stations"]["after"])
    places = [result["stations"]["listings"].index(pk) for pk in dark]
    assert (after[places] < 0.5).all()
    assert not result["merges"]
    assert next(row["further"] for row in result["kinds"]) == DARK - GENERATORS
