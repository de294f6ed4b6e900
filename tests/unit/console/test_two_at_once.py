"""Two people with one form open: the second sees what stands, loses nothing, overwrites nothing."""

import pytest
from django.urls import reverse

from pollready.places.models import Agency, Listing
from pollready.register.corrections.models import ListDecision, Resolution
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db
ORDER = {
    "ordered_by": "governor", "letter_no": "142/7", "letter_date": "", "reason": "unsafe building",
    "effective_date": "2024-06-18",
}  # fmt: skip


def text(response) -> str:
    return response.content.decode()


def opened(client, url) -> dict[str, object]:
    """Give the hidden marks of a form as it is opened."""
    context = client.get(url).context
    return {name: context[name] for name in ("version", "seen") if name in context}


def told(response, *typed) -> str:
    page = text(response)
    assert response.status_code == 422
    assert "Somebody else changed this" in page
    assert "unsafe building" in page
    for each in typed:
        assert each in page
    return page


def test_a_relocation_shows_the_place_that_somebody_else_wrote(client, head_client, assessed):
    url = reverse("station-relocate", args=[assessed.listings[0].pk])
    mine = ORDER | opened(client, url) | {"name": "Mosque", "address": "", "position": ""}
    head_client.post(url, ORDER | opened(head_client, url) | {"name": "Library", "address": "N 1"})
    page = told(client.post(url, mine), 'value="Mosque"', "Library", "N 1")
    assert "stands so now" in page
    assert Listing.objects.get(pk=assessed.listings[0].pk).point.name == "Library"


def test_a_relocation_is_told_of_an_address_corrected_meanwhile(client, head_client, assessed):
    """The form holds the address: sending it again would put the old one back unseen."""
    listing = assessed.listings[0]
    url = reverse("station-relocate", args=[listing.pk])
    mine = ORDER | opened(client, url) | {"name": "Mosque", "address": listing.point.address}
    claims = reverse("claim-new", args=[f"listing-{listing.pk}"]) + "?field=address"
    said = {"value": "Corrected street 5", "as_of": "", "confidence": "declared"}
    assert head_client.post(claims, said).status_code == 303
    told(client.post(url, mine), "Corrected street 5")
    assert Listing.objects.get(pk=listing.pk).point.address == "Corrected street 5"


def test_a_cancelled_station_is_not_merged_unseen(client, head_client, assessed):
    one, other = assessed.listings[:2]
    url = reverse("station-merge", args=[one.pk])
    mine = ORDER | opened(client, url) | {"into": other.code, "expected_voters": "1500"}
    cancel = reverse("station-cancel", args=[one.pk])
    assert head_client.post(cancel, ORDER | opened(head_client, cancel)).status_code == 303
    told(client.post(url, mine), 'value="1500"', "<dd>cancelled</dd>")
    assert not ListDecision.objects.filter(change="merged").exists()


def test_two_mergers_into_one_station_lose_no_voters(client, head_client, assessed):
    """Each works out the sum from what the other station expected when the form was opened."""
    one, two, into = assessed.listings[:3]
    first, second = (reverse("station-merge", args=[each.pk]) for each in (one, two))
    mine = ORDER | opened(client, second) | {"into": into.code, "expected_voters": "1400"}
    theirs = ORDER | opened(head_client, first) | {"into": into.code, "expected_voters": "1732"}
    assert head_client.post(first, theirs).status_code == 303
    told(client.post(second, mine), 'value="1400"', "1,732")
    assert Listing.objects.get(pk=into.pk).expected_voters == 1732
    again = mine | opened(client, second) | {"expected_voters": "2500"}
    assert client.post(second, again).status_code == 303
    assert Listing.objects.get(pk=into.pk).expected_voters == 2500


def test_a_contradiction_decided_meanwhile_shows_the_decision(client, head_client, assessed):
    listing = assessed.listings[2]
    url = reverse("contradiction", args=[f"listing-{listing.pk}"]) + "?field=signal_1"
    none, good = (
        Claim.objects.get(listing=listing, field="signal_1", value=value)
        for value in ("none", "good")
    )
    mine = {"do": "resolve", "chosen": good.pk, "reason": "unsafe building"}
    mine |= opened(client, url)
    agency = Agency.objects.get(code="MCI").pk
    test = {
        "do": "test", "test-agency": agency, "test-due_date": "2999-01-01",
        "test-reason": "unsafe building", "test-version": mine["version"],
    }  # fmt: skip
    theirs = {"do": "resolve", "chosen": none.pk, "reason": "measured by the head"}
    assert head_client.post(url, theirs | opened(head_client, url)).status_code == 303
    told(client.post(url, mine), "measured by the head")
    told(client.post(url, test), "measured by the head")
    assert Resolution.objects.get().chosen == none


def test_a_bulk_correction_shows_what_changed_since_its_preview(client, head_client, assessed):
    url = reverse("bulk-edit")
    chosen = {"selected": [each.pk for each in assessed.listings[:3]]}
    said = {
        "field": "software", "value": "4.0", "as_of": "2024-06-10", "note": "unsafe building",
    }  # fmt: skip
    mine = chosen | said
    preview = client.post(url, mine | {"step": "preview"})
    claims = reverse("claim-new", args=[f"listing-{assessed.listings[0].pk}"]) + "?field=software"
    theirs = {"value": "3.9", "as_of": "", "confidence": "declared"}
    assert head_client.post(claims, theirs).status_code == 303
    stale = client.post(url, mine | {"step": "apply", "version": preview.context["version"]})
    told(stale, 'value="4.0"', "3.9")
    assert not Claim.objects.filter(value="4.0").exists()


def test_ones_own_change_that_cannot_be_undone_says_why(client, assessed):
    about = f"listing-{assessed.listings[0].pk}"
    url = reverse("claim-new", args=[about]) + "?field=battery_h"
    history = reverse("history", args=[about])
    for value in ("6", "7"):
        client.post(url, {"value": value, "as_of": "", "confidence": "declared"})
    newest, earlier = client.get(history).context["moments"][:2]
    assert (newest.undoable, newest.why_not) == (True, "")
    assert not earlier.undoable
    client.post(reverse("undo", args=[newest.number]), {"back": history})
    moments = client.get(history).context["moments"]
    assert "cannot be undone from here" in moments[0].why_not  # the undoing itself
    assert moments[1].undone
