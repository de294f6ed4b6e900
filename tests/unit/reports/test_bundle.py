"""What a bundle holds, that it is the same each time, and what it takes to reveal names."""

import csv
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from pollready.assessment.document import to_document
from pollready.obstacles.facts import Evidence
from pollready.reports import MissingFont, RevealWithoutReason, write_bundle

NOW = datetime(2024, 6, 18, 10, 30, tzinfo=UTC)
REASON = "جلسه شورای تأمین"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_bundle_is_a_report_a_workbook_and_a_document(small, tmp_path, mask_of):
    files = write_bundle(small, tmp_path, language="fa", now=NOW, mask=mask_of)
    assert [path.name for path in files] == ["report.pdf", "obstacles.xlsx", "assessment.json"]
    assert sorted(contents(tmp_path)) == sorted(path.name for path in files)


def test_the_same_assessment_gives_the_same_bytes(small, bundle):
    first = contents(bundle(small, reveal_reason=REASON, prepared_by="a", audit_file=False))
    again = contents(bundle(small, reveal_reason=REASON, prepared_by="a", audit_file=False))
    assert first == again


def test_another_day_gives_another_report(small, bundle):
    later = bundle(small, now=NOW + timedelta(days=1)) / "report.pdf"
    assert later.read_bytes() != (bundle(small) / "report.pdf").read_bytes()


def test_the_document_is_that_of_the_assessment(province, province_fa, mask_of):
    written = json.loads((province_fa / "assessment.json").read_text("utf-8"))
    expected = json.loads(json.dumps(to_document(province, mask=mask_of)))
    for finding in (*written["findings"], *expected["findings"]):
        del finding["evidence"]  # its values are masked once more, as another test shows
    assert written == expected


def test_the_report_number_follows_the_data(small, bundle):
    def number(folder: Path) -> str:
        text = PdfReader(folder / "report.pdf").pages[0].extract_text()
        return next(line for line in text.splitlines() if "20240618-" in line)

    changed = replace(small, components=small.components + 1)
    assert number(bundle(small, language="en")) == number(bundle(small, language="en"))
    assert number(bundle(small, language="en")) != number(bundle(changed, language="en"))


def contingencies(annex: Path) -> list[dict[str, str]]:
    text = (annex / "contingencies.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def everything_said(folder: Path) -> str:
    """Give every text of the three open files, the workbook's also as its raw parts."""
    said = [page.extract_text() for page in PdfReader(folder / "report.pdf").pages]
    said.append((folder / "assessment.json").read_text("utf-8"))
    with ZipFile(folder / "obstacles.xlsx") as archive:
        said += [archive.read(name).decode() for name in archive.namelist()]
    return "\n".join(said)


@pytest.fixture
def leaky(invented, small):
    """Plant the name of a component wherever a register may carry it by the way."""
    code, name = invented.SECRET_CODE, invented.SECRET_NAME
    cause = small.causes[0]
    finding = replace(
        cause.findings[0],
        fields={**cause.findings[0].fields, "operator": f"همراه اول ({name})", "note": code},
        evidence=(Evidence("feeder", code, "list.xlsx", "sheet", 7),),
        upstream=(),
    )
    told = replace(cause, findings=(finding, *cause.findings[1:]))
    station = small.stations[0]
    criteria = (replace(station.criteria[0], fields={"path": code}), *station.criteria[1:])
    return replace(
        small,
        causes=(told, *small.causes[1:]),
        findings=(finding, *small.findings[1:]),
        stations=(replace(station, criteria=criteria), *small.stations[1:]),
    )


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("reason", [None, REASON])
def test_no_open_file_names_what_lies_upstream(leaky, invented, bundle, language, reason):
    said = everything_said(bundle(leaky, language=language, reveal_reason=reason))
    assert said.count(invented.SECRET_CODE) == 0
    assert said.count(invented.SECRET_NAME) == 0
    assert said.count("سهند") == 0


def test_the_annex_names_what_lies_upstream(leaky, invented, bundle):
    annex = bundle(leaky, reveal_reason=REASON) / "annex"
    text = "\n".join(page.extract_text() for page in PdfReader(annex / "annex.pdf").pages)
    assert invented.SECRET_CODE in text
    assert "سهند" in text
    rows = contingencies(annex)
    assert {row["code_1"] for row in rows} == {invented.SECRET_CODE}
    assert {row["name_1"] for row in rows} == {invented.SECRET_NAME}
    assert len(rows) == 2 * 2 * 2 * 2 * 2  # readings, scopes, sizes, levels, durations


def test_the_annex_is_confidential_even_where_the_rest_is_not(small, bundle):
    out = bundle(replace(small, classification=0), language="en", reveal_reason=REASON)
    assert "Normal" in PdfReader(out / "report.pdf").pages[0].extract_text()
    for page in PdfReader(out / "annex" / "annex.pdf").pages:
        assert page.extract_text().count("Confidential") == 3  # head, foot, watermark
    assert {row["class"] for row in contingencies(out / "annex")} == {"confidential"}


def test_only_the_owner_may_read_the_annex(small, bundle):
    annex = bundle(small, reveal_reason=REASON) / "annex"
    assert annex.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in annex.iterdir()} == {0o600}


def test_revealing_is_recorded_with_who_when_why_and_digests(small, bundle):
    annex = bundle(small, reveal_reason=f" {REASON} ", prepared_by="دبیر ستاد") / "annex"
    (line,) = (annex / "audit.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "at": "2024-06-18T10:30:00+00:00",
        "who": "دبیر ستاد",
        "reason": REASON,
        "files": [
            {"name": name, "sha256": hashlib.sha256((annex / name).read_bytes()).hexdigest()}
            for name in ("annex.pdf", "contingencies.csv")
        ],
    }


def test_revealing_again_adds_a_line(small, tmp_path, mask_of):
    for reason in ("first", "second"):
        write_bundle(small, tmp_path, language="en", now=NOW, mask=mask_of, reveal_reason=reason)
    lines = (tmp_path / "annex" / "audit.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["reason"] for line in lines] == ["first", "second"]


def test_a_register_that_keeps_its_own_log_needs_no_audit_file(small, bundle):
    out = bundle(small, reveal_reason=REASON, audit_file=False)
    assert sorted(path.name for path in (out / "annex").iterdir()) == [
        "annex.pdf",
        "contingencies.csv",
    ]


@pytest.mark.parametrize("reason", ["", "  "])
def test_revealing_without_a_reason_writes_nothing(small, tmp_path, mask_of, reason):
    with pytest.raises(RevealWithoutReason):
        write_bundle(small, tmp_path, language="fa", now=NOW, mask=mask_of, reveal_reason=reason)
    assert contents(tmp_path) == {}


def test_missing_fonts_are_named_before_anything_is_written(small, tmp_path, mask_of):
    fonts, out = tmp_path / "fonts", tmp_path / "out"
    fonts.mkdir()
    (fonts / "Vazirmatn-Regular.ttf").touch()
    with pytest.raises(MissingFont) as raised:
        write_bundle(small, out, language="fa", now=NOW, mask=mask_of, fonts=fonts)
    assert raised.value.fields["missing"] == "Vazirmatn-Medium.ttf, Vazirmatn-Bold.ttf"
    assert not out.exists()


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_a_name_in_the_list_of_contingencies_is_no_formula(small, bundle, name):
    components = {code: replace(c, name=name) for code, c in small.facts.components.items()}
    planted = replace(small, facts=replace(small.facts, components=components))
    rows = contingencies(bundle(planted, reveal_reason=REASON) / "annex")
    assert {row["name_1"] for row in rows} == {f"'{name}"}
