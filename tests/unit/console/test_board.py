"""The board of obstacles and a case's page, without a browser."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pollready.console.board import ROWS
from pollready.language import LANGUAGES
from pollready.language.catalogue import area
from pollready.obstacles.cases import CaseState
from pollready.obstacles.models import CaseEvent, ObstacleCase
from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.register.models import Claim

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<th scope="row"><a href="/obstacles/(\d+)/">')


@pytest.fixture(autouse=True)
def at_once(settings):
    """Do background work within the request: no worker runs beside these tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def rows_of(client, query: str = "") -> list[int]:
    return [int(pk) for pk in ROW.findall(client.get(f"/causes/{query}").content.decode())]


@pytest.fixture
def cards(assessed) -> ObstacleCase:
    return ObstacleCase.objects.get(rule="cards_not_ready")


def in_english(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def governor(assessed) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR)
    user.places.add(Place.objects.get(code="02"))
    return user


def test_the_board_lists_severe_obstacles_first_then_those_with_more_voters(client, assessed):
    cases = ObstacleCase.objects.in_bulk(rows_of(client))
    ranks = [(case.severity_rank, -(case.voters or 0)) for case in cases.values()]
    assert ranks == sorted(ranks)
    assert len(cases) == ROWS
    assert ObstacleCase.objects.count() == ROWS + len(rows_of(client, "?page=2"))


def test_states_count_what_the_other_filters_leave(client, cards):
    ObstacleCase.objects.filter(pk=cards.pk).update(state="accepted")
    page = client.get("/causes/?rule=cards_not_ready").content.decode()
    counts = re.findall(r'state=(\w+)[^>]*>([^<]+)<span class="states__count">(\d+)', page)
    assert {name: int(count) for name, _, count in counts if int(count)} == {
        "active": 1, "accepted": 1, "all": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "?severity=severe", "?rule=cards_not_ready", "?owner=PWR", "?gate=coverage", "?county=02",
        "?overdue=yes", "?state=all", "?state=found&sort=due", "?mine=yes", "?sort=age",
    ],
)  # fmt: skip
def test_every_filter_lists_what_it_says(client, assessed, query):
    name, value = re.match(r"\?(\w+)=(\w+)", query).groups()
    listed = ObstacleCase.objects.filter(pk__in=rows_of(client, query))
    if name in ("severity", "rule", "owner"):
        assert set(listed.values_list(name, flat=True)) == {value}
    if name == "gate":
        assert set(listed.values_list("due_gate", flat=True)) == {value}
    if name == "county":
        at = listed.filter(record__findings__listing__point__place__parent__code=value)
        assert set(at) == set(listed)
        assert 0 < len(listed) < ObstacleCase.objects.count()
    if name == "mine":
        assert not listed


def test_an_address_that_cannot_be_read_lists_everything_and_says_so(client, assessed):
    page = client.get("/causes/?severity=splendid&page=999").content.decode()
    assert "could not be read and was left out" in page
    assert f"{ObstacleCase.objects.count()} obstacles" in page
    assert ROW.findall(page)


def test_a_governor_begins_with_what_is_his_and_can_look_further(governor):
    client = in_english(governor)
    first, all_of_them = rows_of(client), rows_of(client, "?mine=no")
    owners = ObstacleCase.objects.filter(pk__in=first).values_list("owner", flat=True)
    assert set(owners) <= {"governor", "county_lead"}
    assert set(first) < set(all_of_them)


def test_a_case_outside_the_scope_is_not_there(governor, assessed):
    client = in_english(governor)
    outside = ObstacleCase.objects.exclude(pk__in=rows_of(client, "?mine=no&state=all")).first()
    assert client.get(f"/obstacles/{outside.pk}/").status_code == 404
    for verb in ("state", "assign", "claim-fixed", "comments"):
        assert client.post(f"/obstacles/{outside.pk}/{verb}/").status_code == 404


def test_the_address_of_a_cause_of_any_assessment_shows_its_case(client, cards):
    page = client.get(f"/causes/{cards.record_id}/")
    assert page.status_code == 200
    assert f"/obstacles/{cards.pk}/state/" in page.content.decode()


def test_a_button_takes_a_case_on_and_a_stale_one_shows_how_it_stands(client, cards):
    step = {"state": "accepted", "version": cards.version}
    assert client.post(f"/obstacles/{cards.pk}/state/", step).status_code == 303
    stale = client.post(f"/obstacles/{cards.pk}/state/", step)
    assert stale.status_code == 409
    assert "Somebody else changed this" in stale.content.decode()
    assert "state--accepted" in stale.content.decode()


@pytest.mark.parametrize("state", ["verified", "gone", "splendid", "waived", "claimed_fixed", ""])
def test_no_button_closes_a_case(client, cards, state):
    answer = client.post(f"/obstacles/{cards.pk}/state/", {"state": state, "version": 1})
    assert answer.status_code in (409, 422)
    assert ObstacleCase.objects.get(pk=cards.pk).state == "found"


def test_a_fix_without_evidence_keeps_what_was_typed_and_leads_to_where_it_is_entered(
    client, cards
):
    typed = {"done": "Cards were issued again", "evidence": "Letter 14", "version": 1}
    answer = client.post(f"/obstacles/{cards.pk}/claim-fixed/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing that this rule looks at has been recorded since" in page
    assert "Cards were issued again" in page
    entry = re.search(
        r'href="(/claims/new/listing-\d+/[^"]*)">\s*<bdi class="code" dir="ltr">0009', page
    )
    assert client.get(html.unescape(entry[1])).status_code == 200


def test_a_fix_with_evidence_runs_the_rule_and_says_what_it_found(client, cards, assessed):
    at = datetime(2028, 6, 20, tzinfo=UTC)
    Claim.objects.filter(field="cards", value="not_ready").update(superseded_at=at)
    Claim.objects.create(
        listing=assessed.listings[8], field="cards", value="ready", source=assessed.source,
        recorded_at=datetime(2028, 6, 19, 7, tzinfo=UTC),
    )  # fmt: skip
    Claim.objects.filter(field="cards", value="not_ready").delete()
    typed = {"done": "Cards were issued again", "version": 1}
    answer = client.post(f"/obstacles/{cards.pk}/claim-fixed/", typed, follow=True)
    page = answer.content.decode()
    assert ObstacleCase.objects.get(pk=cards.pk).state == CaseState.VERIFIED
    assert "no longer finds this obstacle" in page
    assert "claim-fixed" not in page  # nothing is left to do


def test_a_waiver_is_the_heads_and_its_reason_is_seen_by_supervision(head_client, client, cards):
    typed = {"reason": "A reserve is near", "authority": "Decision 12", "until_gate": "set_up",
             "version": 1}  # fmt: skip
    assert client.post(f"/obstacles/{cards.pk}/waive/", typed).status_code == 403
    assert head_client.post(f"/obstacles/{cards.pk}/waive/", typed).status_code == 303
    watching = in_english(User.objects.create(username="watching", role=Role.SUPERVISION))
    page = watching.get(f"/obstacles/{cards.pk}/").content.decode()
    assert "A reserve is near" in page
    assert "Decision 12" in page
    assert "<form" not in page.split("<main")[1]


def test_a_wrong_day_of_a_waiver_is_told_beside_its_field(head_client, cards):
    typed = {"reason": "A reserve", "authority": "Decision", "until_date": "soon", "version": 1}
    answer = head_client.post(f"/obstacles/{cards.pk}/waive/", typed)
    assert answer.status_code == 422
    assert 'value="soon"' in answer.content.decode()


def test_several_cases_are_accepted_and_what_cannot_be_is_counted(client, assessed):
    first, second, third = ObstacleCase.objects.order_by("pk")[:3]
    ObstacleCase.objects.filter(pk=third.pk).update(version=5)
    ticked = [f"{case.pk}:1" for case in (first, second, third)]
    answer = client.post("/obstacles/bulk/", {"action": "accept", "case": ticked}, follow=True)
    page = answer.content.decode()
    assert "2 obstacles were accepted" in page
    assert "1 obstacle was left as it is" in page


def test_several_cases_are_given_to_somebody_after_a_look(client, secretary, assessed):
    cases = ObstacleCase.objects.order_by("pk")[:2]
    ticked = {"action": "assign", "case": [f"{case.pk}:1" for case in cases]}
    preview = client.post("/obstacles/bulk/", ticked)
    assert preview.status_code == 200
    assert ROW.findall(preview.content.decode())
    wrong = client.post("/obstacles/bulk/", {**ticked, "confirmed": "yes"})
    assert wrong.status_code == 422
    given = {**ticked, "confirmed": "yes", "assignee": secretary.pk, "reason": "For today"}
    page = client.post("/obstacles/bulk/", given, follow=True).content.decode()
    assert "2 obstacles were assigned" in page
    assert ObstacleCase.objects.filter(assignee=secretary).count() == 2


def test_a_comment_is_shown_as_text_and_tells_whom_it_names(client, head_client, head, cards):
    typed = {"text": "<b>@head</b> look @nobody"}
    page = client.post(f"/obstacles/{cards.pk}/comments/", typed, follow=True).content.decode()
    assert '&lt;b&gt;<bdi class="mention" dir="ltr">@head</bdi>&lt;/b&gt; look' in page
    assert "no user of that name sees this obstacle: nobody" in page
    assert "1 new" in head_client.get("/").content.decode()
    listed = head_client.get("/mentions/").content.decode()
    assert f"/obstacles/{cards.pk}/" in listed
    head_client.post("/mentions/", {"case": cards.pk}, headers={"HX-Request": "true"})
    assert "1 new" not in head_client.get("/").content.decode()


def test_an_empty_comment_says_so_beside_its_field(client, cards):
    answer = client.post(f"/obstacles/{cards.pk}/comments/", {"text": ""})
    assert answer.status_code == 422
    assert "Fill this in" in answer.content.decode()


def test_own_comments_alone_can_be_changed(client, head_client, cards):
    client.post(f"/obstacles/{cards.pk}/comments/", {"text": "first words"})
    event = CaseEvent.objects.get(kind="comment")
    assert head_client.get(f"/obstacles/comments/{event.pk}/").status_code == 404
    typed = {"text": "better words"}
    page = client.post(f"/obstacles/comments/{event.pk}/", typed, follow=True).content.decode()
    assert "better words" in page
    assert "edited" in page


def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_few_and_many_cases_ask_the_same_of_the_database(client, governor, assessed):
    for reader, query in ((client, ""), (in_english(governor), "&mine=no")):
        few = queries(reader, f"/causes/?rule=backup_power_short{query}")
        assert queries(reader, f"/causes/?state=all{query}") == few


def test_few_and_many_stations_and_events_ask_the_same_of_the_database(client, cards, secretary):
    before = queries(client, f"/obstacles/{cards.pk}/")
    for number in range(3):
        client.post(f"/obstacles/{cards.pk}/comments/", {"text": f"words {number}"})
    client.get(f"/obstacles/{cards.pk}/")  # shows the notice of the last comment
    assert queries(client, f"/obstacles/{cards.pk}/") == before
    wide = ObstacleCase.objects.order_by("-stations").first()
    assert queries(client, f"/obstacles/{wide.pk}/") <= before + 2


def test_an_agency_reads_the_board_without_the_names_of_others(assessed):
    agency = Agency.objects.get(code="PWR")
    user = User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency, may_see_names=True
    )
    client = in_english(user)
    page = client.get("/causes/?mine=no&state=all").content.decode()
    assert "EX-04" not in page
    assert ROW.findall(page)


def test_every_phrase_of_the_board_is_there_in_both_languages_with_the_same_fields():
    for key, texts in area("board").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
        assert "بسیج" not in texts["fa"]
