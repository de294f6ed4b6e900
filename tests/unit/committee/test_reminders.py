"""Reminders: each is told once, to whom it concerns, through one gateway, and names nothing."""

import asyncio
import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pollready.assessment.queries import last_assessment
from pollready.committee.duty_states import DutyReader
from pollready.committee.follow_up_effects import start_measured
from pollready.committee.reminders.commands import mark_seen, outgoing, remind, unseen_of
from pollready.committee.reminders.finding import told_to
from pollready.committee.reminders.gateways import GatewayRefused, Outgoing, http
from pollready.committee.reminders.models import Reminder, ReminderMessage
from pollready.duties.commands import Done, DutyDraft, enter_duty, report_done
from pollready.duties.follow_ups.commands import FollowUpDraft
from pollready.duties.follow_ups.models import FollowUp
from pollready.jobs.models import Job
from pollready.jobs.reminding import remind_in_time
from pollready.obstacles.models import ObstacleCase
from pollready.people.commands import erase_phones
from pollready.people.contacts import set_contacts
from pollready.people.models import Role, User
from pollready.people.rules import PersonRefused
from pollready.places.models import Agency, Place
from pollready.project.reminder_settings import ReminderSettings

pytestmark = pytest.mark.django_db
# The election is on 2028-06-28; the register's own assessment is of the 19th.
NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
PASSWORD = "not to be told"


@pytest.fixture
def ways(settings, tmp_path) -> ReminderSettings:
    settings.POLLREADY_REMINDERS = ReminderSettings(
        outbox=tmp_path / "outbox", days=3, console_url="https://ready.example"
    )
    return settings.POLLREADY_REMINDERS


@pytest.fixture
def people(assessed, ways) -> dict[str, User]:
    ObstacleCase.objects.all().delete()  # follow-ups alone, so that numbers are few
    telecom = Agency.objects.get(code="TCI")
    make = User.objects.create
    return {
        "secretary": make(username="secretary", role=Role.SECRETARY, clearance=1, language="en"),
        "tci": make(username="tci", role=Role.AGENCY_REPRESENTATIVE, agency=telecom, clearance=1),
        "deputy": make(username="deputy", role=Role.AGENCY_DEPUTY, agency=telecom, clearance=1,
                       language="en"),
        "head": make(username="head", role=Role.COMMITTEE_HEAD, clearance=1),
        "mci": make(username="mci", role=Role.AGENCY_DEPUTY, clearance=1,
                    agency=Agency.objects.get(code="MCI")),
    }  # fmt: skip


@pytest.fixture
def start(assessed, people):
    def started(deadline="T-8", **said) -> FollowUp:
        said = {
            "text": "Test the line of EX-04", "agency_id": Agency.objects.get(code="TCI").pk,
            "covers": "stations", "query": "kind=fixed", "figure": "ready", "deadline": deadline,
        } | said  # fmt: skip
        draft = FollowUpDraft(**said)
        return start_measured(draft, round_id=assessed.round.pk, by=people["secretary"], now=NOW)

    return started


def told(name=None) -> set[tuple[str, str]]:
    rows = Reminder.objects.all() if name is None else Reminder.objects.filter(user__username=name)
    return set(rows.values_list("user__username", "stage"))


def letters(ways) -> list:
    return [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(ways.outbox.glob("*.eml"))
    ]


def test_what_is_due_soon_is_told_to_those_who_owe_it_and_to_nobody_else(start):
    start("T-7")
    start("T-2")  # a week away: not yet
    remind(now=NOW)
    assert told() == {("tci", "soon"), ("deputy", "soon")}


def test_what_is_told_once_is_not_told_again_and_not_sent_again(start, ways):
    start("T-7")
    first = remind(now=NOW)
    assert (first.reminders, first.people, first.sent) == (2, 2, 2)
    again = remind(now=NOW + timedelta(hours=5))
    assert (again.reminders, again.sent) == (0, 0)
    assert len(letters(ways)) == 2


@given(runs=st.lists(st.integers(0, 240), min_size=1, max_size=6))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_however_often_it_runs_every_stage_is_told_once(runs, start):
    ReminderMessage.objects.all().delete()
    Reminder.objects.all().delete()
    if not FollowUp.objects.exists():
        start("T-7")
    for hours in sorted(runs):
        remind(now=NOW + timedelta(hours=hours))
    keys = list(Reminder.objects.values_list("user", "key"))
    assert len(keys) == len(set(keys))
    sent = ReminderMessage.objects.filter(state="sent")
    assert sent.count() == ReminderMessage.objects.count()


def test_overdue_climbs_the_chain_step_by_step(start):
    start("T-9")  # its day is the 19th, so from the 20th on it is overdue
    remind(now=NOW)
    assert told("secretary") == told("head") == set()
    remind(now=NOW + timedelta(days=1))
    assert ("tci", "overdue") in told()
    assert told("secretary") == set()
    remind(now=NOW + timedelta(days=2))
    assert told("secretary") == {("secretary", "escalated")}
    assert told("head") == set()
    remind(now=NOW + timedelta(days=4))
    assert told("head") == {("head", "escalated")}
    assert told("mci") == set()


def test_an_owner_is_reminded_when_the_office_s_own_chain_says_so(start, settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    chain = "[after_days]\nowner = 2\n[last_days_after_hours]\nowner = 1\n"
    (tmp_path / "escalation.toml").write_text(chain, "utf-8")
    early, late = start("T-9"), start("T-1 12:00")

    def is_overdue(follow_up: FollowUp, now: datetime) -> bool:
        remind(now=now)
        said = Reminder.objects.filter(user__username="tci", stage="overdue", thing=follow_up.pk)
        return said.exists()

    assert not is_overdue(early, NOW + timedelta(days=1, hours=15))
    assert is_overdue(early, NOW + timedelta(days=3))
    noon = datetime(2028, 6, 27, 12, tzinfo=UTC)
    assert not is_overdue(late, noon)
    assert is_overdue(late, noon + timedelta(hours=1))


def test_a_duty_is_told_of_too(assessed, people):
    draft = DutyDraft("Name the key holders", office="committee_head", deadline="T-7")
    enter_duty(draft, round_id=assessed.round.pk, by=people["secretary"], now=NOW)
    remind(now=NOW)
    assert told() == {("head", "soon")}


def test_another_deadline_is_told_of_again(start):
    made = start("T-7")
    remind(now=NOW)
    FollowUp.objects.filter(pk=made.pk).update(deadline="T-8")
    assert remind(now=NOW).reminders == 2


def test_what_is_reported_done_reminds_nobody(start):
    made = start("T-7")
    FollowUp.objects.filter(pk=made.pk).update(state="reported")
    remind(now=NOW)
    assert told("tci") == set()


def test_an_election_that_is_over_reminds_nobody(start):
    start("T-7")
    assert remind(now=datetime(2028, 6, 29, 9, tzinfo=UTC)).reminders == 0


def test_a_trial_writes_and_sends_nothing(start, ways):
    start("T-7")
    outcome = remind(now=NOW, dry_run=True)
    assert (outcome.reminders, outcome.people) == (2, 2)
    assert {row["user"] for row in outcome.messages} == {"tci", "deputy"}
    assert not Reminder.objects.exists()
    assert not ways.outbox.exists()


def test_a_message_holds_counts_and_a_link_and_no_name(start, ways, people):
    start("T-7", text="Test the line of EX-04 and MS-210", classification=1)
    set_contacts(people["deputy"], email="deputy@example.org", mobile="", now=NOW)
    remind(now=NOW)
    by_language = {letter["Content-Language"]: letter for letter in letters(ways)}
    assert set(by_language) == {"fa", "en"}
    text = by_language["en"].get_content()
    assert "1 thing that you owe is due soon" in text
    assert "https://ready.example/work/" in text
    assert by_language["en"]["To"] == "deputy@example.org"
    assert "۱ کار" in by_language["fa"].get_content()
    for letter in by_language.values():
        for name in ("EX-04", "MS-210", "Test the line", "شعبه", "TCI"):
            assert name not in letter.get_content()


def test_the_folder_and_its_letters_are_the_owners_alone(start, ways):
    start("T-7")
    remind(now=NOW)
    assert ways.outbox.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in ways.outbox.iterdir())


def test_who_serves_a_place_is_told_of_his_own_alone(assessed, start, people):
    governor = User.objects.create(username="governor", role=Role.GOVERNOR)
    governor.places.add(Place.objects.get(code="01"))
    other = next(x for x in assessed.listings if x.point.place.parent.code == "02")
    start("T-7", agency_id=None, office="governor", query="", objects=[other.pk])
    assert told_to(governor, days=3, now=NOW) == []
    own = next(x for x in assessed.listings if x.point.place.parent.code == "01")
    start("T-7", agency_id=None, office="governor", query="", objects=[own.pk])
    assert len(told_to(governor, days=3, now=NOW)) == 1


def test_what_was_seen_is_not_new_any_more(start, people):
    start("T-7")
    remind(now=NOW)
    assert unseen_of(people["tci"]) == 1
    assert mark_seen(people["tci"], now=NOW) == 1
    assert unseen_of(people["tci"]) == 0


def test_an_account_without_an_address_is_said_so_and_others_are_served(start, settings, people):
    start("T-7")
    with listening(200) as (url, received):
        settings.POLLREADY_REMINDERS = replace(
            django_settings.POLLREADY_REMINDERS, gateway="http", http_url=url
        )
        set_contacts(people["tci"], email="", mobile="0912 345 67 89", now=NOW)
        outcome = remind(now=NOW)
    assert (outcome.sent, outcome.no_address) == (1, 1)
    assert [body["to"] for body in received] == ["09123456789"]
    states = dict(ReminderMessage.objects.values_list("user__username", "state"))
    assert states == {"tci": "sent", "deputy": "no_address"}


class listening:  # reads as a sentence
    """A provider on this machine that answers with a status and keeps what it was sent."""

    def __init__(self, *statuses: int) -> None:
        self.statuses, self.received, self.headers = list(statuses), [], []

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # its name there
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.headers.append(dict(self.headers))
                status = outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0]
                if status == 200:
                    outer.received.append(json.loads(body))
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *said) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}/send", self.received

    def __exit__(self, *raised) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_what_fails_is_shown_and_tried_again_and_then_left(start, settings, people):
    start("T-7")
    User.objects.filter(username="deputy").update(is_active=False)
    set_contacts(people["tci"], email="", mobile="09123456789", now=NOW)
    with listening(503, 200) as (url, received):
        settings.POLLREADY_REMINDERS = replace(
            django_settings.POLLREADY_REMINDERS, gateway="http", http_url=url
        )
        assert remind(now=NOW).failed == 1
        message = ReminderMessage.objects.get()
        assert (message.state, message.error_code) == ("failed", "reminders.server-refused")
        assert message.error_fields == {"status": 503}
        assert remind(now=NOW).sent == 1
        assert remind(now=NOW).sent == 0
    assert len(received) == 1
    message.refresh_from_db()
    assert (message.state, message.tries, message.error_code) == ("sent", 2, "")


def test_what_fails_again_and_again_is_left(start, settings, people):
    start("T-7")
    set_contacts(people["tci"], email="", mobile="09123456789", now=NOW)
    settings.POLLREADY_REMINDERS = replace(
        django_settings.POLLREADY_REMINDERS, gateway="http", http_url="http://127.0.0.1:9/x"
    )
    runs = [remind(now=NOW).failed for _ in range(8)]
    assert runs == [1] * 5 + [0] * 3


def test_what_was_cut_off_is_tried_again(start, ways):
    start("T-7")
    remind(now=NOW)
    ReminderMessage.objects.update(state="sending", sent_at=None, tried_at=NOW)
    assert remind(now=NOW + timedelta(minutes=5)).sent == 0  # perhaps it still goes on
    assert remind(now=NOW + timedelta(hours=1)).sent == 2


def test_a_provider_gets_the_offices_own_headers_and_words_that_break_nothing(ways):
    with listening(200) as (url, received):
        ways = replace(
            ways, http_url=url, http_headers={"Authorization": PASSWORD},
            http_body='{"to": {to}, "text": {text}, "line": 3}',
        )  # fmt: skip
        hostile = Outgoing("0912{text}", "fa", "", 'a "quoted" {to}\n\\ متن')
        http.deliver(hostile, ways)
    assert received == [{"to": "0912{text}", "text": hostile.text, "line": 3}]


def test_a_form_is_filled_in_as_forms_are():
    said = http.filled("to={to}&text={text}", Outgoing("+98", "fa", "", "a b&c"), is_json=False)
    assert said == "to=%2B98&text=a%20b%26c"


def test_a_provider_that_leads_elsewhere_is_not_followed(ways):
    listening_there = listening(302)
    with listening_there as (url, _), pytest.raises(GatewayRefused) as refused:
        ways = replace(ways, http_url=url, http_headers={"Authorization": PASSWORD})
        http.deliver(Outgoing("0912", "fa", "", "x"), ways)
    assert refused.value.fields == {"status": 302}
    assert len(listening_there.headers) == 1
    assert PASSWORD not in repr(ways)


class MailServer:
    """A small SMTP server on this machine that keeps the letters that it is handed."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.letters: list[bytes] = []
        self._refuses, self._ready = refuses, threading.Event()

    def __enter__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(5)
        return self

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(server.wait_closed())
        self._loop.run_until_complete(asyncio.sleep(0.05))  # connections are closed by then
        self._loop.close()

    async def _talk(self, reader, writer) -> None:
        async def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await say("220 here")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                await say("354 go on")
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                await say("250 kept")
            elif verb == b"QUIT":
                await say("221 bye")
                break
            elif verb == b"RCPT" and self._refuses:
                await say("550 nobody of that name")
            else:
                await say("250 so be it")
        writer.close()

    def __exit__(self, *raised) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def mail(settings, server) -> None:
    settings.POLLREADY_REMINDERS = replace(
        django_settings.POLLREADY_REMINDERS, gateway="smtp", smtp_host="127.0.0.1",
        smtp_port=server.port, mail_from="office@example.org",
    )  # fmt: skip


def test_a_real_mail_server_is_handed_the_letter(start, settings, people):
    start("T-7")
    set_contacts(people["tci"], email="tci@example.org", mobile="", now=NOW)
    with MailServer() as server:
        mail(settings, server)
        outcome = remind(now=NOW)
    assert (outcome.sent, outcome.no_address) == (1, 1)
    (raw,) = server.letters
    letter = message_from_bytes(raw, policy=default)
    assert (letter["To"], letter["From"]) == ("tci@example.org", "office@example.org")
    assert "مهلت ۱ کار شما نزدیک است" in letter.get_content()


def test_a_mail_server_that_refuses_is_told_of(start, settings, people):
    start("T-7")
    set_contacts(people["tci"], email="tci@example.org", mobile="", now=NOW)
    with MailServer(refuses=True) as server:
        mail(settings, server)
        assert remind(now=NOW).failed == 1
    message = ReminderMessage.objects.get(user=people["tci"])
    assert message.error_fields == {"status": 550}


def test_words_of_a_message_that_leads_nowhere(people, ways):
    message = ReminderMessage(user=people["secretary"], soon=0, overdue=2, escalated=1)
    said = outgoing(message, "x", replace(ways, console_url=""))
    assert "2 things that you owe are overdue" in said.text
    assert "My work" in said.text


def test_a_telephone_number_has_its_day_and_goes_on_it(people):
    tci = set_contacts(people["tci"], email="a@example.org", mobile="۰۹۱۲-۳۴۵ ۶۷ ۸۹", now=NOW)
    assert (tci.mobile, tci.mobile_purge_date) == ("09123456789", date(2028, 6, 29))
    assert erase_phones(now=datetime(2028, 6, 28, 12, tzinfo=UTC)) == 0
    assert erase_phones(now=datetime(2028, 6, 29, 12, tzinfo=UTC)) == 1
    tci.refresh_from_db()
    assert (tci.mobile, tci.email) == ("", "a@example.org")


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"email": "nobody", "mobile": ""}, "email"), ({"email": "", "mobile": "12"}, "mobile"),
     ({"email": "", "mobile": "call me"}, "mobile")],
)  # fmt: skip
def test_what_is_no_address_is_refused_beside_its_field(people, typed, field):
    with pytest.raises(PersonRefused) as refused:
        set_contacts(people["tci"], now=NOW, **typed)
    assert refused.value.field == field


def test_the_day_is_started_once_and_not_at_night(people, settings):
    settings.TIME_ZONE = "UTC"
    assert remind_in_time(datetime(2028, 6, 19, 4, tzinfo=UTC)) is None
    assert remind_in_time(NOW) is not None
    assert remind_in_time(NOW + timedelta(hours=3)) is None
    assert remind_in_time(NOW + timedelta(days=1)) is not None
    assert Job.objects.filter(kind="remind").count() == 2


def test_in_the_last_days_every_hour_is_started_and_on_election_day_before_dawn(people, settings):
    settings.TIME_ZONE = "UTC"
    eve = datetime(2028, 6, 27, 6, tzinfo=UTC)
    assert remind_in_time(eve) is None
    started = [remind_in_time(eve + timedelta(minutes=20 * each)) for each in range(3, 9)]
    assert [job is not None for job in started] == [True, False, False] * 2
    assert remind_in_time(datetime(2028, 6, 28, 3, tzinfo=UTC)) is None
    assert remind_in_time(datetime(2028, 6, 28, 4, tzinfo=UTC)) is not None


def test_stations_that_nobody_sets_up_are_known_above_on_the_eve_by_themselves(assessed, people):
    """Maricopa 2018 (F8): 62 sites stood closed at six, which was known late, at noon before."""
    draft = DutyDraft(
        "Report that the station stands", deadline="T-1 12:00", covers="stations",
        query="kind=fixed", agency_id=Agency.objects.get(code="TCI").pk,
    )  # fmt: skip
    duty = enter_duty(draft, round_id=assessed.round.pk, by=people["secretary"], now=NOW)
    saved = last_assessment(assessed.round.pk)
    reader = DutyReader(people["secretary"], saved, now=NOW)
    stations = list(reader.covered(duty).values_list("listing_id", flat=True))
    noon = datetime(2028, 6, 27, 12, tzinfo=UTC)
    for listing in stations[:-2]:
        done = Done(date(2028, 6, 27), listing_id=listing, note="stands")
        report_done(duty.pk, done, round_id=assessed.round.pk, by=people["tci"], now=noon)
    told_at = {}
    for hour in range(-4, 6):
        remind(now=noon + timedelta(hours=hour))
        told_at[hour] = {name for name, stage in told() if stage != "soon"}
    assert told_at[-1] == set()
    assert {"tci", "deputy"} <= told_at[0]
    assert "secretary" in told_at[1] - told_at[0]
    assert "head" in told_at[2] - told_at[1]
    # Which stations those are, whoever was told reads at the duty.
    left = reader.objects(duty).filter(duty_state="open").values_list("listing_id", flat=True)
    assert set(left) == set(stations[-2:])
    for listing in stations[-2:]:
        done = Done(date(2028, 6, 27), listing_id=listing, note="stands")
        report_done(duty.pk, done, round_id=assessed.round.pk, by=people["tci"], now=noon)
    before = Reminder.objects.count()
    remind(now=noon + timedelta(hours=12))
    assert Reminder.objects.count() == before  # what is done climbs no further
