"""Needs counted from findings, and the ledger added up beside them."""

import pytest

from pollready.obstacles.thresholds import Thresholds
from pollready.people.models import Person, Role, User
from pollready.places.models import Agency, Place
from pollready.planning.ledger import by_county, by_kind, lot_figures, people_by_kind
from pollready.planning.needs import needed
from pollready.register.models import Source
from pollready.resources.models import ResourceLot
from pollready.resources.needs import Need, WrongNeeds, office_needs, read_needs

pytestmark = pytest.mark.django_db
THRESHOLDS = Thresholds()
DARK = Need("generator", "backup_power_short")


@pytest.fixture
def secretary(assessed) -> User:
    return User.objects.create(username="secretary", role=Role.SECRETARY)


def lot(assessed, county: str | None, **more) -> ResourceLot:
    return ResourceLot.objects.create(
        round=assessed.round, agency=Agency.objects.get(code="PWR"), source=Source.objects.first(),
        county=Place.objects.get(code=county) if county else None, kind="ژنراتور",
        **{"depot": more.pop("depot", county or "")}, **more,
    )  # fmt: skip


def generators(assessed, user, needs):
    (row,) = by_kind(lot_figures(user, assessed.round.pk), needs, None)
    return row


def test_a_station_that_goes_dark_needs_a_generator_and_one_of_which_nobody_knows_may(
    assessed, secretary
):
    (found,) = needed(secretary, assessed.saved, [DARK], THRESHOLDS)
    total = found.total()
    assert (total.count, total.stations) == (1, 1)
    assert total.unknown >= 1  # of one station nothing is claimed at all
    assert sum(each.count for each in found.by_county.values()) == 1


def test_what_is_needed_is_counted_within_the_scope_alone(assessed, secretary):
    counts = []
    for code in ("01", "02", "03", "04"):
        user = User.objects.create(username=f"governor-{code}", role=Role.GOVERNOR)
        user.places.add(Place.objects.get(code=code))
        (found,) = needed(user, assessed.saved, [DARK], THRESHOLDS)
        assert set(found.by_county) <= {Place.objects.get(code=code).pk}
        counts.append(found.total().count)
    assert sorted(counts) == [0, 0, 0, 1]


def test_a_shortfall_is_what_no_tested_and_free_means_cover(assessed, secretary):
    needs = needed(secretary, assessed.saved, [DARK], THRESHOLDS)
    assert generators(assessed, secretary, needs).shortfall == 1
    made = lot(assessed, "01", pledged=2, delivered=2, tested=None, deployed=0)
    row = generators(assessed, secretary, needs)
    assert (row.shortfall, row.figures["available"].unknown) == (1, 1)  # unknown covers nothing
    ResourceLot.objects.filter(pk=made.pk).update(tested=2, deployed=1)
    row = generators(assessed, secretary, needs)
    assert (row.shortfall, row.figures["available"].known) == (0, 1)


def test_pieces_that_two_lots_name_are_available_once(assessed, secretary):
    for depot in ("one", "two"):
        lot(assessed, "01", depot=depot, serials="G1 G2", delivered=2, tested=2, deployed=0)
    row = generators(assessed, secretary, [])
    assert (row.figures["available"].known, row.twice, row.need) == (2, 2, None)


def test_counties_stand_apart_and_so_does_what_is_kept_in_none(assessed, secretary):
    lot(assessed, "01", delivered=3, tested=3, deployed=0)
    lot(assessed, None, delivered=4, tested=4, deployed=0)
    lots = lot_figures(secretary, assessed.round.pk)
    rows = by_county(lots, needed(secretary, assessed.saved, [DARK], THRESHOLDS), "generator")
    found = {row.key: row.figures["available"].known for row in rows if row.lots}
    assert found == {Place.objects.get(code="01").pk: 3, None: 4}


def test_people_are_counted_by_kind_and_nobody_at_a_station_is_free(assessed, secretary):
    county = Place.objects.get(code="01")
    people = [
        ("A", "پیک", county, "", True), ("B", "courier", county, "", None),
        ("ندارد", "پیک", county, "", True),
        ("C", "computer user", None, assessed.listings[0].code, True),
    ]  # fmt: skip
    for name, role, place, scope, trained in people:
        Person.objects.create(
            round=assessed.round, name=name, role=role, place=place, scope=scope or county.name,
            trained=trained, deputy="D",
        )  # fmt: skip
    rows = {row.kind: row for row in people_by_kind(secretary, assessed.round.pk, [], None)}
    courier, user = rows["courier"], rows["user"]
    assert (courier.named, courier.trained, courier.untold, courier.available) == (2, 1, 1, 1)
    assert (user.named, user.at_stations, user.available) == (1, 1, 0)
    assert people_by_kind(secretary, assessed.round.pk, [], Place.objects.get(code="04").pk) == []
    agency = User(role=Role.AGENCY_DEPUTY, agency=Agency.objects.first())
    assert people_by_kind(agency, assessed.round.pk, [], None) == []


def test_a_finding_says_how_many_it_asks_for_and_nothing_where_it_does_not_know():
    need = Need(
        "forms", "no_lawful_fallback", count="voters", share="forms_share_min", less="forms"
    )
    assert need.of({"voters": 901, "forms": 100}, THRESHOLDS) == 351
    assert need.of({"voters": 901, "forms": None}, THRESHOLDS) is None
    assert need.of({"voters": 10, "forms": 100}, THRESHOLDS) == 0


def test_the_table_that_ships_is_sound_and_every_rule_of_it_is_known(assessed, secretary):
    assert len(needed(secretary, assessed.saved, office_needs(), THRESHOLDS)) == len(office_needs())


@pytest.mark.parametrize(
    "text",
    [
        "not toml", "", "[[need]]\nmeans = 'x'", "[[need]]\nmeans = 'x'\nrule = 3",
        "[[need]]\nmeans = 'x'\nrule = 'y'\nper = 'nation'",
        "[[need]]\nmeans = 'x'\nrule = 'y'\ncount = 1.5", "need = 4",
        "[[need]]\nmeans = 'x'\nrule = 'y'\nonly = { state = 'x' }",
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused_with_its_name(text):
    with pytest.raises(WrongNeeds) as found:
        read_needs(text, "needs.toml")
    assert found.value.fields["name"] == "needs.toml"


def test_a_rule_that_there_is_not_is_refused(assessed, secretary):
    with pytest.raises(WrongNeeds):
        needed(secretary, assessed.saved, [Need("generator", "no_such_rule")], THRESHOLDS)


def test_the_office_writes_its_own_table(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    (tmp_path / "needs.toml").write_text("[[need]]\nmeans = 'van'\nrule = 'single_point'\n")
    assert [need.means for need in office_needs()] == ["van"]
