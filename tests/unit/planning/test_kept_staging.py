"""Kept staging plans: what is kept is read again, each reader's part of it, stale and withdrawn."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from pollready.audit.commands import record
from pollready.audit.models import AuditEntry
from pollready.engine.budget import UNLIMITED
from pollready.people import models as people
from pollready.people.models import User
from pollready.people.permissions import NotPermitted
from pollready.places.models import Place
from pollready.planning.staging.asking import Asked, Candidates
from pollready.planning.staging.commands import keep_staging_plan, withdraw_staging_plan
from pollready.planning.staging.decided import Decided, Rule
from pollready.planning.staging.facts import DepotAt, Heard, StagedStation, StagingFacts, facts_for
from pollready.planning.staging.keeping import Reader, kept_of, plan_of
from pollready.planning.staging.models import KeptStagingPlan
from pollready.planning.staging.plan import plan_staging
from pollready.planning.staging.queries import is_stale, plans_for, read_plan, reader_of
from pollready.planning.staging.rules import StagingRefused
from pollready.planning.staging.sites import SitesPlan
from pollready.register.models import Component
from pollready.register.veil import veil_now

KM = 1 / 111.19


def province():
    """Two counties of twelve stations along one road; the second has a silent one, and a depot."""
    stations = []
    for n in range(24):
        county, heard = 1 + n // 12, Heard.NO if n == 20 else Heard.YES
        lat = None if n == 11 else 38 + 5 * n * KM
        stations.append(
            StagedStation(100 + n, f"S{n:02}", f"place {n}", county, 10 * county, lat,
                          None if lat is None else 46.0, 100 + n, heard)
        )  # fmt: skip
    depots = [DepotAt("D0", "depot", 38 + 90 * KM, 46.0)]
    return StagingFacts(stations, depots, {1: "one", 2: "two"}, 8.0, 20.0)


ASKED = Asked(
    target_min=30.0, candidates=Candidates.STATIONS, keep_depots=True,
    decided=(Decided("S03", Rule.STAYS, "a"), Decided("D0", Rule.STAYS, "b")),
)  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return plan_staging(province(), ASKED, UNLIMITED)


def reader(keep=lambda each: True, depots=True):
    facts = province()
    return Reader(
        {each.listing_id: (each.code, each.name) for each in facts.stations if keep(each)},
        {each.code: each.name for each in facts.depots} if depots else {},
        facts.places,
    )


def read(plan, **seen):
    return plan_of(json.loads(json.dumps(kept_of(plan))), ASKED, reader(**seen))


def test_a_plan_is_read_as_it_was_kept(plan):
    found = read(plan)
    for part in fields(SitesPlan):
        ours, theirs = getattr(found.sites, part.name), getattr(plan.sites, part.name)
        if isinstance(theirs, np.ndarray):
            np.testing.assert_allclose(ours, theirs, atol=1e-3)
        elif part.name != "sites":
            assert ours == theirs
    assert [(site.at, site.serves, site.voters) for site in found.sites.sites] == [
        (site.at, site.serves, site.voters) for site in plan.sites.sites
    ]

    # A district is known to who plans, and of no use to who reads.
    def plain(stations):
        return [replace(each, district=None) for each in stations]

    assert found.facts.stations == plain(plan.facts.stations)
    assert [(each.county, each.stations) for each in found.desks] == [
        (each.county, each.stations) for each in plan.desks
    ]
    assert found.rosters == plan.rosters and found.too_few == plan.too_few
    told, kept = found.messages[0], plan.messages[0]
    assert [each.arrival_h for each in told.opening] == [each.arrival_h for each in kept.opening]
    assert [each.relay.code for each in told.opening] == [each.relay.code for each in kept.opening]
    assert found.asked == ASKED


def test_a_county_reads_its_own_stations_and_the_sites_that_serve_them(plan):
    found = read(plan, keep=lambda each: each.county == 1, depots=False)
    assert {each.county for each in found.facts.stations} == {1}
    served = {n for site in found.sites.sites for n in site.serves}
    assert served == {n for n, each in enumerate(found.facts.stations) if each.lat is not None}
    assert len(found.sites.sites) < len(plan.sites.sites)
    numbers = {site.at.code: site.number for site in plan.sites.sites}
    for site in found.sites.sites:
        assert site.at.code == "" or site.number == numbers[site.at.code]
    assert {each.county for each in found.rosters} == {1} and found.messages == ()
    assert found.asked.decided == ASKED.decided[:1]
    assert "'depot'" not in repr(found) and "'D0'" not in repr(found)


def test_who_may_not_see_the_depots_learns_neither_where_they_are_nor_what_they_reach(plan):
    found = read(plan, depots=False)
    assert not found.sites.before_known and np.isnan(found.sites.before_min).all()
    hidden = [site.at for site in found.sites.sites if site.at.is_depot]
    assert len(hidden) == 1 and hidden[0].code == "" and np.isnan(hidden[0].lat)


def test_a_site_elsewhere_is_a_site_without_a_name(plan):
    place, site = next((n, s) for n, s in enumerate(plan.sites.sites) if not s.at.is_depot)
    own = {plan.facts.stations[n].listing_id for n in site.serves} - {site.at.listing_id}
    found = read(plan, keep=lambda each: each.listing_id in own)
    (found_site,) = found.sites.sites
    assert (found_site.at.code, found_site.number) == ("", place + 1)
    assert len(found_site.serves) == len(own) > 0


@pytest.fixture
def head(db) -> User:
    return User.objects.create(username="head", role=people.Role.COMMITTEE_HEAD, may_see_names=True)


@pytest.fixture
def keep(assessed, head):
    Component.objects.create(
        round=assessed.round, code="DEP-9", kind="depot", tier=2, name="Depot nine", lat=38.0,
        lon=46.3,
    )  # fmt: skip

    def kept(by=head, **asked):
        facts = facts_for(by, assessed.saved, veil_now(by, round_id=assessed.round.pk))
        made = plan_staging(facts, Asked(**asked), UNLIMITED)
        return keep_staging_plan(
            made, title="  By  day ", saved=assessed.saved, by=by, now=assessed.saved.made_at
        )

    return kept


def reading(user, plan):
    veil = veil_now(user, round_id=plan.round_id)
    return read_plan(plan, reader_of(user, plan.round_id, veil))


@pytest.mark.django_db
def test_what_is_kept_says_what_was_asked_and_from_what_it_was_made(keep, head, assessed):
    plan = KeptStagingPlan.objects.get(pk=keep(target_min=60.0).pk)
    assert plan.title == "By day" and plan.asked["target_min"] == 60.0
    assert (
        plan.assessment == assessed.saved and plan.classification == assessed.saved.classification
    )
    assert reading(head, plan).sites.proof.proven
    entry = AuditEntry.objects.get(object_type="staging_plan")
    assert entry.after["sites"] == plan.result["total"]["sites"]
    assert entry.batch.command == "keep_staging_plan"


@pytest.mark.django_db
def test_a_plan_is_stale_once_the_register_changes_and_not_by_being_kept(keep, assessed):
    plan = keep()
    assert not is_stale(plan)
    keep()
    assert not is_stale(plan)
    record(actor="x", command="intake.import_file", now=assessed.saved.made_at, entries=[])
    assert is_stale(plan)


@pytest.mark.django_db
def test_a_plan_is_withdrawn_once_and_for_a_reason(keep, head, assessed):
    plan, now = keep(), assessed.saved.made_at

    def withdraw(by=head, reason=" the road  is closed ", version=plan.version):
        return withdraw_staging_plan(
            plan.pk, round_id=plan.round_id, version=version, reason=reason, by=by, now=now
        )

    with pytest.raises(StagingRefused, match="reason-missing"):
        withdraw(reason="  ")
    assert withdraw().withdrawn_reason == "the road is closed"
    with pytest.raises(StagingRefused, match="withdrawn-already"):
        withdraw(version=2)
    record(actor="x", command="intake.import_file", now=now, entries=[])
    assert not is_stale(KeptStagingPlan.objects.get(pk=plan.pk))  # it holds no more anyway


@pytest.mark.django_db
def test_only_the_headquarters_keeps_and_withdraws(keep, governor, assessed):
    plan = keep()
    with pytest.raises(NotPermitted):
        keep(by=governor)
    with pytest.raises(NotPermitted):
        withdraw_staging_plan(
            plan.pk, round_id=plan.round_id, version=1, reason="x", by=governor,
            now=assessed.saved.made_at,
        )  # fmt: skip


@pytest.mark.django_db
def test_nothing_chosen_is_nothing_to_keep(keep):
    Component.objects.filter(kind="depot").delete()
    with pytest.raises(StagingRefused, match="nothing-to-keep"):
        keep(candidates=Candidates.DEPOTS)


@pytest.mark.django_db
def test_a_governor_reads_plans_of_all_and_of_his_county_and_in_them_his_stations(
    keep, governor, head
):
    own, other = (Place.objects.get(code=code) for code in ("01", "02"))
    whole, mine = keep(), keep(county=own.pk)
    keep(county=other.pk)
    KeptStagingPlan.objects.filter(pk=keep().pk).update(classification=3)
    assert set(plans_for(governor, whole.round_id)) == {whole, mine}
    found = reading(governor, whole)
    assert {each.county for each in found.facts.stations} == {own.pk}
    assert len(found.facts.stations) < len(reading(head, whole).facts.stations)


@pytest.mark.django_db
def test_a_district_reads_plans_of_its_county(keep, governor):
    district = Place.objects.filter(parent__code="01").first()
    governor.places.set([district])
    mine = keep(county=district.parent_id)
    assert list(plans_for(governor, mine.round_id)) == [mine]
