"""Texts of a workbook stay texts: in the PDF, in Excel, in CSV and on every page."""

import csv
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from pypdf import PdfReader

from pollready.assessment.models import CauseRecord
from pollready.intake.writing import write_workbook
from pollready.jobs.assess_file import assess_file
from pollready.people.models import User
from pollready.places.models import Listing

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2028, 6, 12, 8, 0, tzinfo=UTC)
READS_A_FILE = '#read("/etc/passwd")'
TEXTS = (
    READS_A_FILE, "$x^2$ \\#panic(1) $", '"; #set page(fill: red)', "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)",
    "\u202eevil\u202c", "w" * 290, "{stations} {0} {__class__}", "%s %(x)s \\u{1F600}",
    "`raw` *bold* _it_ @ref <label> //comment /*", "{{ 7*7 }} {% csrf_token %}", "]]><x>",
    "\u2028line", '=HYPERLINK("http://e.example","x")', "&amp;&lt;", "\ufdfa" * 40, "\u0301\u0301",
)  # fmt: skip


def hostile(path: Path) -> Path:
    def text(number: int, most: int = 150) -> str:
        return TEXTS[number % len(TEXTS)][:most]

    stations = [
        {
            "code": f"{n:03d}", "name": text(n, 290), "county": text(n % 3), "kind": "fixed",
            "district": text(n + 3), "operator_1": text(n + 1, 100), "signal_1": "none",
            "address": text(n + 2), "keyholder": text(n + 4), "software": text(n + 5, 100),
            "expected_voters": 100, "basis": text(n, 100), "test_date": date(2028, 6, 1 + n % 9),
        }
        for n in range(len(TEXTS))
    ]  # fmt: skip
    stations += [{"code": "=9+9", "name": "x", "county": "c", "kind": "fixed"}]
    stations += [{"code": "-1", "name": "=1+1", "county": "+1", "kind": "@bad kind"}]
    served = [station["code"] for station in stations[:15]]
    write_workbook(
        path,
        {
            "round": [
                {"name": TEXTS[0] + TEXTS[3], "election_date": date(2028, 6, 16)}
                | {"province": TEXTS[4]}
            ],
            "stations": stations,
            "components": [
                {"code": "=C1", "kind": "mobile_site", "name": TEXTS[3], "agency": TEXTS[1]}
                | {"serves": served},
                {"code": "@C2", "kind": "feeder", "name": TEXTS[0], "agency": "<i>ag</i>"}
                | {"serves": served},
                {"code": "-C3", "kind": "=bad kind", "name": "+n", "agency": "A"},
            ],
            "agencies": [{"code": TEXTS[1], "name": TEXTS[4], "representative": TEXTS[0]}],
            "resources": [
                {"agency": TEXTS[1], "kind": TEXTS[0], "depot": TEXTS[5]}
                | {"pledged": 4, "delivered": 1}
            ],
            "incidents": [
                {"election": TEXTS[0], "start": NOW, "place": "001", "kind": text(4, 70)}
                | {"cause": TEXTS[3], "lesson": TEXTS[2], "agency": text(1, 50)}
            ],
        },
        "en",
    )
    return path


def assessed(tmp_path: Path, **options) -> Path:
    assess_file(
        hostile(tmp_path / "hostile.xlsx"), out=tmp_path / "out", now=NOW, mapping={}, **options
    )
    return tmp_path / "out"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_document_runs_none_of_its_texts(tmp_path, language):
    out = assessed(tmp_path, language=language, reveal_reason=READS_A_FILE)
    for name in ("report.pdf", "annex/annex.pdf"):
        text = "".join(page.extract_text() for page in PdfReader(out / name).pages)
        assert "root:" not in text
        assert READS_A_FILE in text.replace("\n", " ")
    text = "".join(page.extract_text() for page in PdfReader(out / "report.pdf").pages)
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_cell_is_a_formula(tmp_path, language):
    out = assessed(tmp_path, language=language, reveal_reason="=1+1")
    books = [*out.glob("*.xlsx"), *out.glob("annex/*.xlsx")]
    assert {path.name for path in books} == {"obstacles.xlsx", "rejected.xlsx"}
    texts = set()
    for path in books:
        for page in openpyxl.load_workbook(path):
            for cell in (cell for row in page.iter_rows() for cell in row):
                assert cell.data_type in ("s", "n", "d", "inlineStr"), (path, cell.coordinate)
                begins = str(cell.value).startswith(("=", "+", "-", "@"))
                is_body = cell.row > 1 and isinstance(cell.value, str)
                assert not (begins and is_body) or cell.quotePrefix, (path, cell.coordinate)
                texts.add(cell.value)
    assert {"=9+9", "+1", "@bad kind"} <= texts
    with (out / "annex" / "contingencies.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert cells
    assert not any(re.match(r"[=+@\t\r]|-(?!\d+(\.\d+)?$)", cell) for cell in cells)


class Danger(HTMLParser):
    """Collects what no text of the register may become."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list = []

    def handle_starttag(self, tag, attrs):
        own = tag == "script" and dict(attrs).get("src", "").startswith("/static/")
        if tag in ("script", "style", "img", "iframe", "object", "base", "i", "x") and not own:
            self.found.append((tag, attrs))
        self.found += [
            (tag, name, value)
            for name, value in attrs
            if name.startswith("on")
            or name == "style"
            or (value or "").lower().startswith(("javascript:", "data:", "//", "http"))
        ]


@pytest.mark.parametrize("may_see_names", [True, False])
def test_a_page_shows_every_text_as_text(tmp_path, may_see_names):
    assessed(tmp_path, language="en", temporary=False)
    user = User.objects.create(
        username=TEXTS[4], first_name=TEXTS[3], may_see_names=may_see_names, language="en"
    )
    client = Client()
    client.force_login(user)
    paths = ["/", "/stations/", "/causes/"]
    paths += [f'/stations/?q="><script>x</script>&{name}="><i>' for name in ("sort", "county")]
    paths += [f"/stations/{pk}/" for pk in Listing.objects.values_list("pk", flat=True)]
    paths += [f"/causes/{pk}/" for pk in CauseRecord.objects.values_list("pk", flat=True)]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        danger = Danger()
        danger.feed(response.content.decode())
        assert danger.found == [], path
