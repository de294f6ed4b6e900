"""Dispatch: what is to be done, who goes where, who goes now, and what is said of the rest."""

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import pytest

from pollready.engine.budget import UNLIMITED, Budget
from pollready.engine.rosters import Role
from pollready.planning.dispatching import visits
from pollready.planning.dispatching.asking import (
    RoutesAsked,
    TeamsAt,
    Work,
    WrongAsking,
    now_asked,
    routes_asked,
)
from pollready.planning.dispatching.ground import Crew, Ground, Spot
from pollready.planning.dispatching.rostering import depot_roster
from pollready.planning.dispatching.routing import TooManyTasks, Why, plan_dispatch
from pollready.planning.dispatching.sending import WhyWaiting, send_now
from pollready.planning.dispatching.tables import now_tables, routes_tables, what_words
from pollready.planning.dispatching.tasks import (
    Task,
    Tasks,
    deliveries,
    set_ups,
    visits_due,
    weights_of,
)
from pollready.planning.dispatching.visits import WrongVisits, office_visits, read_visits
from pollready.planning.staging.facts import Heard, StagedStation, StagingFacts
from pollready.planning.staging.staff import Named

KM = 1 / 111.19  # degrees of latitude
DEPOT = Spot("D0", "depot", 38.0, 46.0, True)


def station(number, km, **more):
    """Put a station so many kilometres north of the depot, in county 1."""
    known = {"county": 1, "district": 10, "voters": 100, "heard": Heard.YES} | more
    lat = None if km is None else 38.0 + km * KM
    return StagedStation(
        number, f"S{number:02}", f"station {number}", lat=lat, lon=None if km is None else 46.0,
        **known,
    )  # fmt: skip


def ground(*stations, **more):
    """Give a road with one depot at its beginning."""
    staged = StagingFacts(stations, [], {1: "one", 2: "two"}, 8.0, 18.0)
    known = {"crews": [Crew(1, 5, "depot", DEPOT)], "due": {}, "people": {}} | more
    return Ground(
        staged, {"d0": DEPOT, "depot": DEPOT}, counties=[1, 2], visits=office_visits(),
        stations={each.code.casefold(): n for n, each in enumerate(stations)}, **known,
    )  # fmt: skip


def asked(*teams, **more):
    known = {"work": Work.SET_UP, "county": 1, "plan": None, "open_from_h": 0.0, "open_to_h": 24.0}
    rows = teams or (TeamsAt(DEPOT, 1, 7.0, 19.0, 10),)
    return RoutesAsked(teams=rows, speed_km_h=60.0, detour_ratio=1.0, **(known | more))


def within(seconds=0.5):
    return Budget.within(seconds, perf_counter)


def routed(road, wanted, tasks):
    pytest.importorskip("pyvrp")
    return plan_dispatch(road, wanted, tasks, within())


def test_a_team_s_day_is_walked_on_the_hours_of_the_rule():
    road = ground(station(0, 30), station(1, 60))
    plan = routed(road, asked(), set_ups(road, [0, 1]))
    (route,) = plan.routes
    assert [stop.task.station for stop in route.stops] in ([0, 1], [1, 0])
    assert route.travel_h == pytest.approx(2.0, abs=1e-3)
    assert route.length_km == pytest.approx(120, abs=0.1)
    assert route.back_h == pytest.approx(7 + 2 + 1.5, abs=1e-2)  # 45 minutes at each
    assert (route.number, plan.idle, plan.unreached) == (1, 0, [])
    assert plan.gap == pytest.approx(0.0, abs=1e-3) and plan.ways_by_distance == 9


def test_a_team_leaves_no_earlier_than_its_first_station_opens():
    road = ground(station(0, 60))
    plan = routed(road, asked(open_from_h=10.0), set_ups(road, [0]))
    (route,) = plan.routes
    assert route.leave_h == pytest.approx(9.0, abs=1e-2)
    assert route.stops[0].arrive_h == route.stops[0].begin_h == 10.0


def test_a_table_of_travel_times_stands_before_distance():
    pytest.importorskip("pyvrp")
    road = ground(station(0, 30))
    table = {("D0", "S00"): 90.0, ("S00", "D0"): 15.0}
    plan = plan_dispatch(road, asked(), set_ups(road, [0]), within(), table)
    assert plan.ways_by_table == 2 and plan.travel_h == pytest.approx(1.75)


@pytest.mark.parametrize(
    ("km", "more", "load", "why"),
    [
        (400, {}, 0, Why.SHIFT),
        (200, {"open_to_h": 8.0}, 0, Why.WINDOW),
        (10, {}, 11, Why.LOAD),
    ],
)
def test_who_nobody_reaches_has_its_reason(km, more, load, why):
    road = ground(station(0, km))
    plan = plan_dispatch(road, asked(**more), Tasks((Task(0, 30, 1.0, load=load),)), UNLIMITED)
    assert [reason for _, reason in plan.unreached] == [why] and plan.idle == 1


def test_a_delivery_is_for_the_teams_of_its_own_depot():
    road = ground(station(0, 10), station(1, 20))
    other = Spot("D1", "other", 38.0, 46.0, True)
    tasks = Tasks((Task(0, 20, 5.0, ("modem",), 2, DEPOT), Task(1, 20, 5.0, ("modem",), 3, other)))
    plan = routed(road, asked(work=Work.DELIVERIES), tasks)
    (route,) = plan.routes
    assert (route.base, route.load) == (DEPOT, 2)
    assert [(task.base, why) for task, why in plan.unreached] == [(other, Why.NO_TEAM)]


def test_too_little_time_leaves_the_lightest_out():
    road = ground(station(0, 1, voters=100), station(1, 1, voters=900), station(2, 1, voters=None))
    plan = routed(road, asked(TeamsAt(DEPOT, 1, 7.0, 9.0, 1)), set_ups(road, [0, 1, 2]))
    assert [(task.station, why) for task, why in plan.unreached] == [(0, Why.TIME)]


def test_more_tasks_than_a_plan_holds_are_refused(monkeypatch):
    monkeypatch.setattr("pollready.planning.dispatching.routing.TASKS_MAX", 1)
    road = ground(station(0, 1), station(1, 1))
    with pytest.raises(TooManyTasks):
        plan_dispatch(road, asked(), set_ups(road, [0, 1]), UNLIMITED)


def test_a_visit_takes_the_minutes_of_its_obstacles_and_a_station_without_place_is_named():
    due = {0: ["cards_not_ready", "no_tested_radio"], 1: ["no_tested_radio"]}
    road = ground(station(0, 5), station(1, None), station(2, 5), due=due)
    found = visits_due(road, [0, 1, 2])
    assert [(task.station, task.minutes) for task in found.tasks] == [(0, 50)]
    assert found.unplaced == (1,)
    assert "No tested radio coverage" in what_words(found.tasks[0], "en")
    assert what_words(set_ups(road, [2]).tasks[0], "en") == "set-up"
    assert what_words(Task(2, 0, None), "en") == "visit"


@dataclass(frozen=True)
class Sent:
    kind: str
    units: int
    depot: str


@dataclass(frozen=True)
class Row:
    listing: int
    sent: tuple
    voters: int | None = 100
    saves: float | None = None


@dataclass(frozen=True)
class Rows:
    stations: tuple
    components: tuple = ()


def test_deliveries_are_one_task_a_station_and_depot_and_unknown_depots_are_named():
    road = ground(station(0, 5), station(1, 5))
    rows = Rows(
        (
            Row(0, (Sent("modem", 2, "depot"), Sent("terminal", 1, " D0 ")), saves=7.5),
            Row(1, (Sent("modem", 1, "nowhere"), Sent("generator", 1, ""))),
            Row(9, (Sent("modem", 1, "depot"),)),
        ),
        components=(1, 2),
    )
    found = deliveries(road, rows, [0, 1])
    assert [(t.station, t.load, t.what, t.amount, t.base) for t in found.tasks] == [
        (0, 3, ("modem", "terminal"), 7.5, DEPOT)
    ]
    assert found.no_depot == ((1, "modem"), (1, "generator")) and found.to_components == 2
    assert what_words(found.tasks[0], "en") != ""


def test_nothing_known_of_voters_makes_all_weigh_the_same():
    assert weights_of([Task(0, 1, None), Task(1, 1, None)]) == [1.0, 1.0]
    assert weights_of([Task(0, 1, 0.0), Task(1, 1, 100.0)]) == [1.0, 200.0]


def test_who_goes_now_arrives_when_free_and_the_rest_wait_for_a_reason():
    due = {n: ["no_tested_radio"] for n in range(4)}
    road = ground(
        station(0, 30), station(1, 60, voters=500), station(2, None), station(3, 600), due=due
    )
    values = {"county": "1", "at": "9:00", "speed_km_h": "60", "detour_ratio": "1", "place_0": "D0",
              "free_0": "09:30", "team_0": "blue"}  # fmt: skip
    wanted = now_asked(values, road, 0.0)
    plan = send_now(road, wanted, visits_due(road, road.of_county(1)))
    (sent,) = plan.sent
    assert (sent.team.name, sent.task.station) == ("blue", 1)
    assert (sent.leave_h, sent.arrive_h) == (9.5, pytest.approx(10.5, abs=1e-3))
    assert [(each.task.station, each.why) for each in plan.waiting] == [
        (0, WhyWaiting.BUSY), (3, WhyWaiting.TOO_FAR)
    ]  # fmt: skip
    assert plan.waiting[0].earliest_h == pytest.approx(10.0, abs=1e-3)
    rows = now_tables(road, plan, "en")
    assert rows["sent"][0][-1] == "10:30" or rows["sent"][0][-1] == "10:31"
    assert [row[0] for row in rows["waiting"]] == ["S00", "S03", "S02"]


def test_without_teams_every_station_waits():
    road = ground(station(0, 30), crews=[])
    plan = send_now(road, now_asked({}, road, 8.0), set_ups(road, [0]))
    assert [each.why for each in plan.waiting] == [WhyWaiting.NO_TEAM] and plan.sent == ()


def test_teams_are_the_ledger_s_technicians_by_depot_unless_typed():
    road = ground(station(0, 5))
    (row,) = routes_asked({}, road).teams
    assert (row.base, row.teams, row.from_h, row.to_h) == (DEPOT, 2, 7.0, 19.0)  # five by two
    typed = {"base_3": "s00", "teams_3": "۳", "from_3": "20", "to_3": "04:30", "capacity_3": "7"}
    (row,) = routes_asked(typed, road).teams
    assert (row.base.code, row.teams, row.from_h, row.to_h, row.capacity) == (
        "S00", 3, 20.0, 28.5, 7
    )  # fmt: skip
    unknown = replace(road.crews[0], people=None), replace(road.crews[0], spot=None)
    assert routes_asked({}, ground(station(0, 5), crews=list(unknown))).teams == []


def test_where_nobody_says_which_the_county_with_most_to_do_is_planned():
    stations = station(0, 5), station(1, 6, county=2), station(2, 7, county=2)
    assert routes_asked({}, ground(*stations)).county == 1
    due = {0: ["rehearsal_failed"], 1: ["rehearsal_failed"], 2: ["rehearsal_failed"]}
    assert routes_asked({}, ground(*stations, due=due)).county == 2
    assert ground().first_county == 1


def test_every_fault_is_named_at_once():
    road = ground(station(0, None))
    values = {
        "work": "x", "county": "77", "base_0": "zzz", "teams_0": "1.5", "base_1": "S00",
        "to_1": "soon", "teams_2": "2", "speed_km_h": "900", "open_to": "25:00", "plan": "a",
    }  # fmt: skip
    with pytest.raises(WrongAsking) as refused:
        routes_asked(values, road)
    why = {name: phrase.key.rpartition(".")[2] for name, phrase in refused.value.wrong.items()}
    assert why == {
        "work": "choice", "county": "choice", "base_0": "place", "teams_0": "number",
        "base_1": "unplaced", "teams_1": "number", "to_1": "clock", "base_2": "place",
        "speed_km_h": "number", "open_to": "clock", "plan": "choice",
    }  # fmt: skip
    with pytest.raises(WrongAsking) as refused:
        now_asked({"stations": "S00, 12؛ 13", "at": "x"}, road, 8.0)
    assert refused.value.wrong["stations"].fields == {"codes": ("12", "13")}


def test_the_roster_of_a_depot_names_who_is_on_duty_and_what_is_short():
    people = {1: [Named(1, "Sara", "Reza"), Named(2, "-", "Ali")], 2: [Named(3, "Far", "")]}
    road = ground(station(0, 5), people=people)
    teams = (TeamsAt(DEPOT, 1, 7.0, 19.0, 1),)
    found = depot_roster(road, DEPOT, 1, teams, UNLIMITED)
    assert (found.people, found.posts, len(found.shifts)) == (3, 4, 2)
    assert found.short == {Role.LEAD: 0, Role.DEPUTY: 1}
    named = {who for shift in found.shifts for row in shift.teams for who in row[1:] if who}
    assert named == {"Sara", "Reza", "Ali"}
    assert depot_roster(road, Spot("X", "", 1, 1), 1, teams, UNLIMITED) is None


def test_tables_hold_every_station_once():
    road = ground(station(0, 5), station(1, 900), station(2, None))
    plan = routed(road, asked(), set_ups(road, [0, 1, 2]))
    rows = routes_tables(road, plan, "fa")
    assert [row[2] for row in rows["visits"]] == ["S00"]
    assert [row[0] for row in rows["unreached"]] == ["S01", "S02"]
    assert rows["teams"][0][:2] == ["depot/1", "depot"]


def test_the_office_s_table_is_checked_at_once():
    text = '[mends]\nno_rule = 5\nradio_disputed = -1\n[set_up]\nservice_min = "x"\n'
    text += "[delivery]\nservice_min = 5\n[team]\npeople = 0\ncapacity = 1.5\n"
    text += 'from = "25:00"\nto = "9"\n'
    with pytest.raises(WrongVisits) as refused:
        read_visits(text + "[now]\nhorizon_h = 6\n", "visits.toml")
    assert len(refused.value.fields["wrong"]) == 6
    with pytest.raises(WrongVisits):
        read_visits("x = [", "visits.toml")
    with pytest.raises(WrongVisits):
        read_visits("", "visits.toml")


def test_the_office_s_own_table_stands_in_place_of_the_one_that_ships(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    assert office_visits().set_up_min == 45
    shipped = Path(visits.__file__).with_name("visits.toml").read_text("utf-8")
    (tmp_path / "visits.toml").write_text(shipped.replace("service_min = 45", "service_min = 50"))
    assert office_visits().set_up_min == 50
