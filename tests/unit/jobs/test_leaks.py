"""Names, codes and places of what lies upstream stay out of every file, page and line said.

A workbook is planted with them wherever an office may write them: in the components, in cells
of stations, in free texts, in rows that come back, registered or not.
"""

import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from pollready.assessment.models import CauseRecord, SavedAssessment
from pollready.cli.summary import print_summary
from pollready.console.access_table import routes
from pollready.intake.writing import write_workbook
from pollready.jobs.assess_file import as_json, assess_file
from pollready.people.models import Role, User
from pollready.places.models import Listing
from tests.answers import everything_in

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2028, 6, 12, 8, 0, tzinfo=UTC)
# Each as it stands in the components, then as texts name it by the way.
CODES = ("QZV-TOWER-12", "QZV/EXCH:9", "QZV CORE 1", "کژو-۵", "QZVDUCT", "7719288", "QZV-BATCH")
NAMES = ("Qzvtower", "کژوبرج سهند", "Qzv exchange (old)", "Qzvductname Trench")
PLACES = (38.123457, 46.234568)
# Random letters that may be anything.
TOKENS = re.compile(r'"csrfmiddlewaretoken" value="\w+"|csrftoken=\w+')
COLUMNS = re.compile(r'type="checkbox" name="columns" value="([^"]+)"')
PLANTED = re.compile(r"qzv|کژو|77?19288|38\.1234|46\.2345|۷۷۱۹۲۸۸", re.IGNORECASE)


def stations() -> list[dict]:
    feeders = ("QZV-TOWER-12", "QZVGHOST-3", "Qzvtower", "کژو-۵", "QZV CORE 1", "7719288")
    rows = [
        {
            "code": f"{n:04d}", "name": f"School {n}", "county": "Tabriz", "kind": "fixed",
            "lat": 38 + n / 1000, "lon": 46 + n / 1000, "expected_voters": 1000 + n,
            "operator_1": "MCI", "signal_1": "good", "test_date": date(2028, 6, 1 + n % 9),
            "mains": True, "feeder": feeders[n % 6], "battery_h": 1, "software": "v1",
            "generator": "QZVGEN-77" if n % 3 else None,
            "fixed_line": "QZVLINE-5" if n % 2 else None,
        }
        for n in range(1, 25)
    ]  # fmt: skip
    rows[0]["requires"] = "QZVREQ & QZV-TOWER-12"
    rows[1]["requires"] = "2 of ((QZVBROKEN"
    rows[2] |= {"keyholder": "behind qzv tower 12", "basis": "counted at Qzvtower"}
    rows[3] |= {"keyholder": "(QZV_EXCH_9),", "address": "opposite «کژوبرج  سهند»"}
    rows[4]["operator_1"] = "کژوبرج سهند"
    rows[5] |= {"operator_1": "qzvduct", "software": "QZV-TOWER-12"}
    rows[6] |= {"keyholder": "see 7719288 and کژو ۵", "signal_1": None}
    rows[7]["kind"] = "mobile"
    rows.append({"name": "without a code", "county": "Tabriz", "feeder": "QZVGHOST-4"})
    return rows


def components() -> list[dict]:
    served = [f"{n:04d}" for n in range(1, 25)]
    place = {"lat": PLACES[0], "lon": PLACES[1], "county": "Tabriz"}
    return [
        {"code": CODES[2], "kind": "aggregation", "name": NAMES[2], "agency": "TIC"} | place,
        {"code": CODES[1], "kind": "exchange", "name": NAMES[1], "agency": "TCI"}
        | place
        | {"depends_on": "QZVDEEP-1"},
        {"code": CODES[0], "kind": "mobile_site", "name": NAMES[0], "agency": "MCI"}
        | place
        | {"serves": [*served, "QZVNOSTATION"], "batch": CODES[6], "mtbf_h": 0},
        {"code": CODES[3], "kind": "feeder", "agency": "EDC", "serves": served},
        {"code": CODES[5], "kind": "feeder", "agency": "EDC", "unavailability": 7.0},
        {"code": CODES[4], "kind": "duct", "name": NAMES[3], "agency": "TIC"}
        | {"serves": [CODES[0], CODES[1]]},
        {"code": "QZVBAD-1", "kind": "no such kind", "name": "QZVBADNAME", "agency": "TIC"} | place,
        {"code": "QZVBAD-2", "kind": "feeder", "name": "QZVBADNAME2"} | place,
    ]


def incidents() -> list[dict]:
    said = {
        "start": datetime(2024, 6, 28, 9, tzinfo=UTC),
        "agency": "TIC",
        "stop_min": 30,
        "confirmed": True,
    }
    return [
        {"election": "2024", "place": "0003", "kind": "cut", "cause": "at Qzvductname trench"}
        | said
        | {"action": "rerouted via QZV-EXCH-9", "lesson": "guard کژوبرج سهند"},
        {"election": "2021", "place": "0003", "kind": "cut", "cause": "QZVDUCT"} | said,
        *(
            {"election": year, "place": "0004", "kind": "QZV-TOWER-12", "cause": "Qzvtower"} | said
            for year in ("2021", "2017")
        ),
        {"election": "2017", "place": "کژوبرج سهند", "kind": "outage", "cause": "Qzvtower"} | said,
    ]


def write(path: Path, language: str) -> Path:
    lot = {"agency": "EDC", "kind": "generator", "pledged": 5, "delivered": 1, "serials": "S1"}
    write_workbook(
        path,
        {
            "round": [{"name": "R", "election_date": date(2028, 6, 16), "province": "EAZ"}],
            "stations": stations(),
            "stops": [
                {"code": "0008", "order": 1, "place": "near Qzvtower"},
                {"code": "9999", "order": 1, "place": "near QZV-TOWER-12"},
            ],
            "components": components(),
            "agencies": [
                {"code": code, "name": f"{code} Co", "role": "operator"}
                for code in ("TIC", "TCI", "MCI", "EDC")
            ],
            "resources": [
                lot | {"model": "7719288", "depot": "Qzvtower"},
                lot | {"model": "m", "depot": "QZV-TOWER-12"},
            ],
            "incidents": incidents(),
            "people_duties": [
                {"name": "P", "role": "computer user", "scope": "0001", "trained": False}
                | {"duty": "check QZV EXCH 9", "evidence": "کژوبرج سهند"},
            ],
        },
        language,
    )
    return path


def texts(folder: Path) -> dict[str, str]:
    """Read every file: each part of an Excel file, text and metadata of a PDF."""
    said = {}
    for path in folder.rglob("*"):
        name, content = str(path.relative_to(folder)), b"" if path.is_dir() else path.read_bytes()
        if path.suffix == ".xlsx":
            with ZipFile(io.BytesIO(content)) as archive:
                for part in archive.namelist():
                    said[f"{name}!{part}"] = archive.read(part).decode()
        elif path.suffix == ".pdf":
            reader = PdfReader(io.BytesIO(content))
            pages = "\n".join(page.extract_text() for page in reader.pages)
            said[name] = f"{pages}{reader.metadata}{reader.xmp_metadata.stream.get_data()!r}"
        else:
            said[name] = content.decode()
    return said


def leaks(said: dict[str, str]) -> dict[str, set[str]]:
    found = {name: set(PLANTED.findall(text)) for name, text in said.items()}
    return {name: hits for name, hits in found.items() if hits}


def run(tmp_path: Path, language: str, **options):
    return assess_file(
        write(tmp_path / "planted.xlsx", language),
        out=tmp_path / "out",
        language=language,
        now=NOW,
        mapping={},
        **options,
    )


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_file_and_no_line_names_what_lies_upstream(tmp_path, capsys, language):
    result = run(tmp_path, language)
    print_summary(result, language)
    print(json.dumps(as_json(result), ensure_ascii=False))
    said = texts(tmp_path / "out")
    assert {"report.pdf", "assessment.json"} <= set(said)
    assert any(name.startswith("rejected.xlsx!") for name in said)
    captured = capsys.readouterr()
    assert leaks(said | {"stdout": captured.out, "stderr": captured.err}) == {}


def test_with_a_reason_the_annex_alone_names_it_and_gives_the_rows_back_whole(tmp_path):
    result = run(tmp_path, "en", reveal_reason="drill")
    said = texts(tmp_path / "out")
    assert {name.partition("!")[0].partition("/")[0] for name in leaks(said)} == {"annex"}
    back = "".join(text for name, text in said.items() if name.startswith("annex/rejected.xlsx"))
    assert all(planted in back for planted in ("QZVBAD-1", "QZVBADNAME2", "38.123457"))
    recorded = json.loads((tmp_path / "out" / "annex" / "audit.jsonl").read_text())
    named = {each["name"] for each in recorded["files"]}
    assert named == {"annex.pdf", "contingencies.csv", "rejected.xlsx"}
    annexed = [path for path in result.files if path.parent.name == "annex"]
    assert {path.stat().st_mode & 0o777 for path in annexed} == {0o600}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_page_names_what_lies_upstream_to_who_may_not_see_it(tmp_path, language):
    run(tmp_path, "en", temporary=False)
    user = User.objects.create(
        username="secretary", role=Role.SECRETARY, may_see_names=False, language=language
    )
    client = Client(raise_request_exception=False)
    client.force_login(user)
    saved = SavedAssessment.objects.get()
    causes = list(CauseRecord.objects.filter(assessment=saved).values_list("pk", "rule"))
    paths = ["/no/such/page/"]
    paths += [
        reverse(route.name)
        for route in routes()
        if not route.takes and route.lets_in(Role.SECRETARY) and route.permission != "public"
    ]
    paths += [f"/stations/?sort={by}" for by in ("-voters", "listing__claims__value", "detail")]
    paths += ["/stations/?rule=none&kind=x&district=9&criterion=x", f"/stations/?district={9**40}"]
    paths += [f"/stations/{pk}/" for pk in Listing.objects.values_list("pk", flat=True)]
    paths += [f"/causes/{pk}/" for pk, _ in causes]
    paths += [f"/stations/?cause={pk}&rule={rule}" for pk, rule in causes]
    said: dict[str, str] = {}

    def read(path: str, **headers: str) -> str:
        response = client.get(path, headers=headers)
        assert response.status_code in (200, 302, 404, 405), path
        text = f"{everything_in(response)}{response.headers}{response.cookies}"
        said[f"{path} {headers}"] = TOKENS.sub("", text)
        return text

    parts = set()
    for path in paths:
        columns = COLUMNS.findall(read(path))
        if columns and "?" not in path:  # all that a list has, not only what it shows at first
            path = f"{path}?columns={','.join(columns)}"
            read(path)
        shape = re.sub(r"\d+", "N", path)
        if shape not in parts:  # the part of a page is a part of what was read whole
            parts.add(shape)
            read(path, **{"HX-Request": "true"})
    assert leaks(said) == {}


def test_who_may_see_names_sees_them_on_the_pages(tmp_path):
    run(tmp_path, "en", temporary=False)
    client = Client()
    client.force_login(User.objects.create(username="head", may_see_names=True, language="en"))
    listing = Listing.objects.get(code="0003")
    page = client.get(f"/stations/{listing.pk}/").content.decode()
    assert "QZV-TOWER-12" in page
    assert "guard کژوبرج سهند" in page
