"""Who names whom: upward from a station, downward from a component."""

from datetime import UTC, datetime

import pytest

from pollready.places.models import ElectionRound, Listing, ServicePoint
from pollready.register.links import forget_links, links_of
from pollready.register.models import Claim, Component, Requirement, Source

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 6, 1, tzinfo=UTC)


@pytest.fixture
def chain(db):
    """Two stations on a site, the site on a core, one of them on a feeder by its claim alone."""
    forget_links()
    election_round = ElectionRound.objects.create(code="r", name="r")
    source = Source.objects.create(
        round=election_round, name="s", lineage="s", received_at=NOW
    )  # fmt: skip
    for code in ("SITE", "CORE", "FEED", "LONE"):
        Component.objects.create(round=election_round, code=code, kind="mobile_site", tier=1)
    site = Component.objects.get(code="SITE")
    Requirement.objects.create(
        component=site, role="depends_on", expression="CORE | NOBODY", source=source
    )
    listings = []
    for code in ("1", "2"):
        point = ServicePoint.objects.create(name=code, key=code)
        listing = Listing.objects.create(round=election_round, point=point, code=code)
        Requirement.objects.create(listing=listing, role="serves", expression="SITE", source=source)
        listings.append(listing)
    for value, ended in (("FEED", None), ("LONE", NOW)):
        Claim.objects.create(
            listing=listings[0], field="feeder", value=value, source=source, recorded_at=NOW,
            superseded_at=ended,
        )  # fmt: skip
    return election_round, [listing.pk for listing in listings]


def test_a_station_names_its_site_feeder_and_what_these_name(chain):
    election_round, (first, second) = chain
    links = links_of(election_round.pk, 1)
    assert set(links.upward(first)) == {(None, "SITE"), (None, "FEED"), ("SITE", "CORE")}
    assert set(links.upward(second)) == {(None, "SITE"), ("SITE", "CORE")}


def test_stations_rest_on_a_component_through_others(chain):
    election_round, (first, second) = chain
    links = links_of(election_round.pk, 1)
    assert links.resting_on("CORE") == {first, second}
    assert links.resting_on("FEED") == {first}


def test_what_nobody_registered_or_no_longer_claims_is_no_link(chain):
    election_round, _ = chain
    links = links_of(election_round.pk, 1)
    assert links.resting_on("NOBODY") == set()
    assert links.resting_on("LONE") == set()


def test_components_that_name_each_other_end(chain):
    election_round, (first, _) = chain
    core = Component.objects.get(code="CORE")
    source = Source.objects.get()
    Requirement.objects.create(component=core, role="depends_on", expression="SITE", source=source)
    links = links_of(election_round.pk, 2)
    assert ("CORE", "SITE") in links.upward(first)
    assert len(links.resting_on("CORE")) == 2
