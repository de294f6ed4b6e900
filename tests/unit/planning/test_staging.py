"""Staging plans: who is reached from where, which desks, and how silent stations are heard."""

import json
from dataclasses import replace

import numpy as np
import pytest

from pollready.assessment.models import SignalRecord, StationRecord
from pollready.engine.budget import UNLIMITED
from pollready.engine.couriers import Way
from pollready.engine.rosters import Role
from pollready.engine.siting import TooManyFixedSites
from pollready.people import models as people
from pollready.people.models import User
from pollready.places.models import ElectionRound, Listing, Place
from pollready.planning.staging.asking import (
    Asked,
    Candidates,
    Goal,
    WrongAsking,
    asked_from,
    asked_of,
)
from pollready.planning.staging.candidates import UnknownSites, candidates_of, central
from pollready.planning.staging.decided import Decided, Rule
from pollready.planning.staging.facts import (
    DepotAt,
    Heard,
    StagedStation,
    StagingFacts,
    facts_for,
    hours_of,
)
from pollready.planning.staging.plan import plan_staging
from pollready.planning.staging.staff import Named
from pollready.register.models import Component
from pollready.register.veil import veil_now

KM = 1 / 111.19  # degrees of latitude


def station(number, km, **more):
    """Put a station so many kilometres north of the first, in county 1."""
    known = {"county": 1, "district": 10, "voters": 100, "heard": Heard.YES} | more
    lat = None if km is None else 38.0 + km * KM
    return StagedStation(
        number, f"S{number:02}", f"station {number}", lat=lat, lon=None if km is None else 46.0,
        **known,
    )  # fmt: skip


def facts(*stations, depots=()):
    there = [DepotAt(f"D{n}", f"depot {n}", 38.0 + km * KM, 46.0) for n, km in enumerate(depots)]
    return StagingFacts(stations, there, {1: "one", 2: "two", 10: "ten", 20: "twenty"}, 8.0, 20.0)


ASKED = Asked(detour_ratio=1.0, speed_km_h=60.0, target_min=30.0)  # thirty kilometres


def test_before_is_from_depots_and_after_from_the_chosen_sites():
    road = facts(*(station(n, km) for n, km in enumerate((0, 10, 50, 60))), depots=(0,))
    plan = plan_staging(road, replace(ASKED, candidates=Candidates.STATIONS), UNLIMITED).sites
    assert plan.before_min.round().tolist() == [0, 10, 50, 60]
    assert plan.proof.proven and len(plan.sites) == 2 and plan.gaps == ()
    assert sorted(n for site in plan.sites for n in site.serves) == [0, 1, 2, 3]
    assert sum(site.voters for site in plan.sites) == 400


def test_depots_alone_leave_their_gaps_named():
    road = facts(*(station(n, km) for n, km in enumerate((0, 10, 50))), depots=(0, 5))
    asked = replace(ASKED, candidates=Candidates.DEPOTS, goal=Goal.MOST, sites=5)
    plan = plan_staging(road, asked, UNLIMITED).sites
    assert plan.gaps == (2,) and plan.candidates == 2
    assert all(site.at.is_depot for site in plan.sites)


def test_a_station_without_a_position_is_neither_reached_nor_a_gap():
    plan = plan_staging(facts(station(0, 0), station(1, None)), ASKED, UNLIMITED)
    assert plan.sites.unplaced == (1,) and plan.sites.gaps == ()
    assert np.isnan(plan.sites.after_min[1])
    assert [site.serves for site in plan.sites.sites] == [(0,)]
    assert not plan.sites.before_known and np.isnan(plan.sites.before_min).all()


@pytest.mark.parametrize("road", [facts(), facts(station(0, None))])
def test_nothing_with_a_position_is_no_plan(road):
    plan = plan_staging(road, ASKED, UNLIMITED)
    assert plan.sites.proof is None and plan.sites.sites == () and plan.desks == ()


def test_candidates_are_the_centres_of_districts_and_the_depots_once():
    places = [station(n, n) for n in range(5)]
    places += [station(n, 40 + n, district=20) for n in range(5, 8)]
    road = facts(*places, depots=(2,))
    found = candidates_of(road, ASKED)
    assert [(each.code, each.is_depot) for each in found] == [("D0", True), ("S06", False)]
    assert central(places[:5]).code == "S02"


def test_a_travel_time_that_is_given_stands_before_the_distance():
    road = facts(station(0, 0), station(1, 10))
    asked = replace(ASKED, candidates=Candidates.STATIONS, goal=Goal.MEDIAN, sites=1)
    plan = plan_staging(road, asked, UNLIMITED, {("S00", "S01"): 120.0, ("S01", "S00"): 20.0})
    assert [site.at.code for site in plan.sites.sites] == ["S01"]
    assert plan.sites.proof.by_table == 2 and plan.sites.after_min[0] == pytest.approx(20)


def decided(*rows):
    return tuple(Decided(code, rule, "why") for code, rule in rows)


@pytest.mark.parametrize("goal", Goal)
def test_what_stays_is_a_site_and_what_is_ruled_out_is_none(goal):
    road = facts(*(station(n, km) for n, km in enumerate((0, 10, 50, 60, 200))), depots=(0, 55))
    rules = decided(("s04", Rule.STAYS), ("D1", Rule.RULED_OUT), ("S02", Rule.RULED_OUT))
    asked = replace(
        ASKED, goal=goal, candidates=Candidates.STATIONS, sites=3, keep_depots=True, decided=rules
    )
    plan = plan_staging(road, asked, UNLIMITED).sites
    codes = {site.at.code for site in plan.sites}
    assert plan.proof.proven and codes == {"D0", "S03", "S04"}
    assert [site.at.code for site in plan.sites if site.at.stays] == ["D0", "S04"]
    # Today help comes from the depot that is ruled out all the same.
    assert plan.before_min.round().tolist() == [0, 10, 5, 5, 145]


def test_a_station_that_stays_is_a_site_though_no_such_station_is_a_candidate():
    road = facts(*(station(n, n) for n in range(5)), depots=(2,))
    asked = replace(ASKED, candidates=Candidates.DEPOTS, decided=decided(("S04", Rule.STAYS)))
    assert [each.code for each in candidates_of(road, asked)] == ["D0", "S04"]


def test_where_a_depot_is_ruled_out_a_station_may_be_a_site():
    road = facts(station(0, 0), station(1, 90), depots=(0,))
    asked = replace(ASKED, candidates=Candidates.STATIONS, decided=decided(("D0", Rule.RULED_OUT)))
    assert [each.code for each in candidates_of(road, asked)] == ["S00", "S01"]


def test_decisions_about_places_that_are_none_are_named_all_at_once():
    road = facts(station(0, 0), station(1, None))
    rules = decided(("S01", Rule.STAYS), ("S00", Rule.RULED_OUT), ("X", Rule.RULED_OUT))
    with pytest.raises(UnknownSites) as refused:
        plan_staging(road, replace(ASKED, decided=rules), UNLIMITED)
    assert refused.value.codes == ("S01", "X")


def test_fewer_sites_than_stay_are_refused():
    road = facts(station(0, 0), station(1, 10), station(2, 20))
    rules = decided(("S00", Rule.STAYS), ("S01", Rule.STAYS))
    asked = replace(ASKED, goal=Goal.CENTER, sites=1, candidates=Candidates.STATIONS, decided=rules)
    with pytest.raises(TooManyFixedSites):
        plan_staging(road, asked, UNLIMITED)


def test_what_is_asked_is_the_same_after_its_address_and_after_being_kept():
    asked = asked_from(
        {"goal": "most", "sites": "7", "county": "3", "keep_depots": "1", "site_4": "۰۰۱۲ ",
         "rule_4": "stays", "why_4": " the  road ", "site_5": "", "why_5": "", "rule_5": "stays"}
    )  # fmt: skip
    assert asked.decided == (Decided("0012", Rule.STAYS, "the road"),)
    assert asked_from(asked.query()) == asked
    assert asked_of(json.loads(json.dumps(asked.values()))) == asked
    assert asked.digest() != replace(asked, decided=()).digest()


def test_decisions_without_a_code_or_a_reason_or_made_twice_are_faults():
    with pytest.raises(WrongAsking) as wrong:
        asked_from(
            {"site_1": "a", "rule_1": "stays", "why_1": "", "site_2": "", "rule_2": "stays",
             "why_2": "b", "site_3": "A", "rule_3": "maybe", "why_3": "c", "sites": "0"}
        )  # fmt: skip
    assert set(wrong.value.wrong) == {"why_1", "site_2", "site_3", "rule_3", "sites"}


def test_desks_are_of_one_county_and_a_county_too_small_is_named():
    places = [station(n, n / 10) for n in range(30)]
    places += [station(n, n / 10, county=2, district=20) for n in range(30, 34)]
    plan = plan_staging(facts(*places), ASKED, UNLIMITED)
    assert [(desk.county, len(desk.stations)) for desk in plan.desks] == [(1, 15), (1, 15)]
    assert [(each.county, each.stations) for each in plan.too_few] == [(2, 4)]


def test_shifts_of_a_county_s_desks_are_filled_by_its_people_and_the_rest_is_short():
    places = [station(n, n / 10) for n in range(12)]
    named = [Named(1, "Sara", "Reza"), Named(2, "ندارد", ""), Named(3, "سارا", "Sara")]
    road = replace(facts(*places), staff={1: named, 2: [Named(4, "Elsewhere", "")]})
    (roster,) = plan_staging(road, ASKED, UNLIMITED).rosters
    assert roster.people == 3 and roster.posts == 6  # 18 hours in three shifts
    assert roster.short == {Role.LEAD: 0, Role.DEPUTY: 3}  # nobody of another county fills one


def test_a_silent_station_sends_to_the_nearest_that_is_heard_or_is_fetched():
    places = [station(0, 0), station(1, 5, heard=Heard.NO), station(2, 60, heard=Heard.NO)]
    places += [station(3, 1), station(4, 90, heard=Heard.UNKNOWN)]
    places += [station(5, None, heard=Heard.NO)]
    asked = replace(ASKED, messenger_min=10.0, message_min=90.0, couriers=1)
    plan = plan_staging(facts(*places), asked, UNLIMITED)
    (county,) = plan.messages
    near, far = county.opening
    assert county.desk.code == "S03"  # the most central is silent itself
    assert (near.way, near.relay.code, near.is_late) == (Way.MESSENGER, "S03", False)
    assert near.arrival_h == pytest.approx(8 + 4 / 60, abs=1e-3)
    assert far.way is Way.COURIER and far.arrival_h >= far.earliest_h
    assert county.closing[0].arrival_h == pytest.approx(20 + 4 / 60, abs=1e-3)
    assert plan.silent_unplaced == (5,) and plan.unheard == (4,)


def test_what_is_typed_is_read_in_either_script_and_all_faults_come_at_once():
    asked = asked_from({"target_min": "۳۰", "goal": "center", "sites": "", "county": "7"})
    assert asked == Asked(goal=Goal.CENTER, target_min=30.0, county=7)
    with pytest.raises(WrongAsking) as wrong:
        asked_from({"target_min": "soon", "goal": "win", "sites": "2.5", "couriers": "-1"})
    assert set(wrong.value.wrong) == {"target_min", "goal", "sites", "couriers"}


def test_a_closing_before_the_opening_is_the_day_after():
    from datetime import time

    assert hours_of(ElectionRound(opens=time(7), closes=time(2))) == (7.0, 26.0)
    assert hours_of(ElectionRound()) == (8.0, 18.0)


@pytest.fixture
def head(db) -> User:
    return User.objects.create(username="head", role=people.Role.COMMITTEE_HEAD, may_see_names=True)


def read(user, saved):
    return facts_for(user, saved, veil_now(user, round_id=saved.round_id))


@pytest.mark.django_db
def test_a_governor_plans_with_the_stations_of_his_county(assessed, governor, head):
    everywhere, here = read(head, assessed.saved), read(governor, assessed.saved)
    county = Place.objects.get(code="01").pk
    assert {each.code for each in here.stations} == {
        each.code for each in everywhere.stations if each.county == county
    }
    assert 0 < len(here.stations) < len(everywhere.stations)


@pytest.mark.django_db
def test_depots_are_only_those_whose_names_the_viewer_may_see(assessed, secretary, head):
    Component.objects.create(
        round=assessed.round,
        code="DEP-9",
        kind="depot",
        tier=2,
        name="Depot nine",
        lat=38.0,
        lon=46.3,
    )
    assert [each.code for each in read(head, assessed.saved).depots] == ["DEP-9"]
    assert read(secretary, assessed.saved).depots == []


@pytest.mark.django_db
def test_a_station_is_silent_only_where_every_line_is_known_to_be_none(assessed, head):
    listing = Listing.objects.filter(records__assessment=assessed.saved).order_by("code").first()
    signals = SignalRecord.objects.filter(assessment=assessed.saved, listing=listing)
    signals.delete()

    def heard():
        stations = {each.listing_id: each.heard for each in read(head, assessed.saved).stations}
        return stations[listing.pk]

    assert heard() is Heard.UNKNOWN
    for operator, signal, then in (
        ("MCI", "none", Heard.NO), ("MTN", "unknown", Heard.UNKNOWN), ("RTL", "weak", Heard.YES),
        ("TCI", "contradicted", Heard.YES),
    ):  # fmt: skip
        SignalRecord.objects.create(
            assessment=assessed.saved, listing=listing, operator=operator, signal=signal
        )
        assert heard() is then


@pytest.mark.django_db
def test_a_cancelled_station_needs_nobody(assessed, head):
    record = (
        StationRecord.objects.filter(assessment=assessed.saved).order_by("listing__code").first()
    )
    Listing.objects.filter(pk=record.listing_id).update(status="cancelled")
    codes = [each.listing_id for each in read(head, assessed.saved).stations]
    assert record.listing_id not in codes
