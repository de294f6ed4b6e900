"""The ledger in a real browser: a delivery, another count, the conflict settled, less is short."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from pollready.people.models import Role, User
from pollready.places.models import Agency, Place
from pollready.resources.accounts import EntryKind
from pollready.resources.commands import LotDraft, open_lot
from pollready.resources.models import LotEvidence, ResourceLot
from pollready.resources.rules import Movement

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
NARROW = 390


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.fixture
def power(assessed) -> User:
    agency = Agency.objects.get(code="PWR")
    return User.objects.create(
        username="power", role=Role.AGENCY_REPRESENTATIVE, agency=agency, first_name="مریم"
    )


@pytest.fixture
def governor(assessed) -> User:
    user = User.objects.create(username="governor", role=Role.GOVERNOR, first_name="رضا")
    user.places.add(Place.objects.get(code="02"))
    return user


@pytest.fixture
def lot(assessed, power) -> ResourceLot:
    draft = LotDraft(
        power.agency_id, "ژنراتور", "15 kVA", county_id=Place.objects.get(code="02").pk
    )
    pledge = Movement(EntryKind.PLEDGE, 5, date(2024, 6, 1), "142/7")
    return open_lot(draft, pledge, round_id=assessed.round.pk, by=power, now=NOW)


def short(visitor) -> str:
    """Give what the ledger says is short of generators."""
    visitor.open("/ledger/?kind=generator")
    row = visitor.page.locator("#found table").first.locator("tbody tr").first
    return row.locator("td").last.inner_text().strip()


@pytest.mark.parametrize(("language", "width"), [("fa", NARROW), ("en", 1280)])
def test_a_delivery_is_entered_counted_otherwise_and_settled_and_less_is_short(
    visit, assessed, session, power, governor, lot, language, width
):
    one = {"fa": "۱", "en": "1"}[language]
    office = visit(language=language, width=width, session=session)
    assert short(office) == one
    office.picture(f"ledger-{language}-{width}")

    clerk = visit(language=language, width=width, session=session_of(power))
    clerk.open(f"/ledger/{lot.pk}/")
    clerk.page.click(f"a[href='/ledger/{lot.pk}/move/']")
    clerk.page.select_option("#field-kind", "deliver")
    clerk.page.fill("#field-count", "۶")
    clerk.page.fill("#field-happened_date", "۱۴۰۳/۰۳/۲۴")
    clerk.page.fill("#field-letter_no", "d-17")
    clerk.page.click(".form__actions button")
    clerk.page.wait_for_selector("#error-note")  # more than was pledged
    assert clerk.page.locator("#field-letter_no").input_value() == "d-17"
    assert clerk.overflow() <= 0
    clerk.picture(f"ledger-move-{language}-{width}")
    clerk.page.fill("#field-count", "۴")
    note = {"name": "note.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 note"}
    clerk.page.set_input_files("#field-evidence", note)
    clerk.page.click(".form__actions button")
    clerk.page.wait_for_url(f"**/ledger/{lot.pk}/")
    assert LotEvidence.objects.get().name == "note.pdf"
    for kind in ("test",):
        clerk.open(f"/ledger/{lot.pk}/move/?kind={kind}")
        clerk.page.fill("#field-count", "1")
        clerk.page.click(".form__actions button")
        clerk.page.wait_for_url(f"**/ledger/{lot.pk}/")
    assert short(office) != one  # one is tested and free

    county = visit(language=language, width=width, session=session_of(governor))
    county.open("/ledger/lots/")
    county.page.click(f"a[href='/ledger/{lot.pk}/']")
    county.page.click(f"a[href='/ledger/{lot.pk}/count/']")
    county.page.select_option("#field-account", "delivered")
    county.page.fill("#field-count", "۰")
    county.page.click(".form__actions button")
    county.page.wait_for_url(f"**/ledger/{lot.pk}/")
    assert county.page.locator("#conflict-delivered").is_visible()
    assert county.overflow() <= 0
    county.picture(f"ledger-conflict-{language}-{width}")
    assert short(office) == one  # until it is settled the lower count is relied on

    office.open(f"/ledger/{lot.pk}/")
    office.page.click(f"a[href='/ledger/{lot.pk}/settle/?account=delivered']")
    office.page.click(".form__actions button")
    office.page.wait_for_selector("#errors")
    office.page.check(f"input[value='agency:{power.agency_id}']")
    office.page.fill("#field-reason", "با هم شمردیم")
    office.picture(f"ledger-settle-{language}-{width}")
    office.page.click(".form__actions button")
    office.page.wait_for_url(f"**/ledger/{lot.pk}/")
    assert not office.page.locator("#conflict-delivered").is_visible()
    assert office.overflow() <= 0
    office.picture(f"ledger-lot-{language}-{width}")
    assert short(office) != one
    lot.refresh_from_db()
    assert (lot.delivered, lot.conflicts) == (4, 0)
    for visitor in (office, clerk, county):
        assert visitor.refused() == []
        errors = [said for said in visitor.said if said.startswith("error")]
        assert all("422" in said for said in errors)
