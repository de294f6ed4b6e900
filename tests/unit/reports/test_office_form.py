"""The headquarters' own workbook: filled as it is, or refused with what is wrong."""

import json
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from pollready.language import LANGUAGES, message
from pollready.reports.formats.office_form import FormRefused, figures_named, fill
from pollready.reports.kept.forms import GENERAL, figures_for, is_figure

NOW = datetime(2028, 6, 19, 9, tzinfo=UTC)
FIGURES = {"total.ready": 7, "total.voters": None, "round": "=SUM(A1)", "as_of": "2028-06-19"}


def book(**cells) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = "فرم"
    for where, value in cells.items():
        made.active[where] = value
    return made


def saved(made) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def filled(made, mapping="", figures=FIGURES):
    content = fill(saved(made), mapping, figures, unknown="نامعلوم", now=NOW)
    return openpyxl.load_workbook(BytesIO(content)).active


def test_markers_become_numbers_texts_and_unknowns():
    page = filled(
        book(
            A1="{{total.ready}}", A2="ready: {{ total.ready }} on {{as_of}}", A3="{{total.voters}}"
        )
    )
    assert [page[f"A{row}"].value for row in (1, 2, 3)] == [
        7, "ready: 7 on 2028-06-19", "نامعلوم",
    ]  # fmt: skip


def test_what_the_form_looks_like_stays():
    made = book(A1="{{total.ready}}", B1="=A1*2")
    page = made.active
    page["A1"].font, page["A1"].fill = Font(bold=True), PatternFill("solid", "FFCC00")
    page["A1"].number_format = "#,##0"
    page.merge_cells("C1:D4")
    page.column_dimensions["A"].width = 31
    page.sheet_view.rightToLeft = True
    after = filled(made)
    assert after["A1"].font.bold
    assert after["A1"].fill.fgColor.rgb == "00FFCC00"
    assert after["A1"].number_format == "#,##0"
    assert after["B1"].value == "=A1*2"
    assert [str(each) for each in after.merged_cells.ranges] == ["C1:D4"]
    assert after.column_dimensions["A"].width == 31
    assert after.sheet_view.rightToLeft


def test_a_mapping_fills_cells_and_names():
    made = book()
    made.defined_names["READY"] = DefinedName("READY", attr_text="'فرم'!$C$3")
    page = filled(made, '[cells]\n"فرم!B2" = "as_of"\n[names]\nREADY = "total.ready"\n')
    assert (page["B2"].value, page["C3"].value) == ("2028-06-19", 7)


def test_nothing_filled_in_runs_as_a_formula():
    cell = filled(book(A1="{{round}}"))["A1"]
    assert (cell.value, cell.data_type) == ("=SUM(A1)", "s")


def test_the_same_figures_give_the_same_bytes():
    content = saved(book(A1="{{total.ready}}"))
    one, other = (fill(content, "", FIGURES, unknown="?", now=NOW) for _ in range(2))
    assert one == other


def refused(content, mapping="", figures=FIGURES) -> FormRefused:
    with pytest.raises(FormRefused) as error:
        fill(content, mapping, figures, unknown="?", now=NOW)
    for language in LANGUAGES:
        assert message(error.value, language)
    return error.value


def test_figures_that_are_none_are_all_named():
    found = refused(saved(book(A1="{{total.raedy}}", A2="{{nothing}} {{total.ready}}")))
    assert found.code == "reports.form-unknown-figures"
    assert found.fields == {"names": ["nothing", "total.raedy"]}


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("[cells", "form-wrong-mapping"),
        ("a = 1", "form-wrong-mapping"),
        ('[strange]\n"فرم!A1" = "as_of"', "form-wrong-mapping"),
        ('[cells]\n"A1" = "as_of"', "form-no-such-cell"),
        ('[cells]\n"other!A1" = "as_of"', "form-no-such-cell"),
        ('[names]\nNONE = "as_of"', "form-no-such-cell"),
    ],
)
def test_a_mapping_that_leads_nowhere_is_refused(mapping, code):
    assert refused(saved(book()), mapping).code == f"reports.{code}"


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(content):
    assert refused(content).code == "reports.form-unreadable"


def test_a_bomb_and_what_would_be_lost_are_refused():
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (61 * 1024 * 1024))
    assert refused(file.getvalue()).code == "reports.form-too-large"
    file = BytesIO(saved(book()))
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.png", b"x")
    assert refused(file.getvalue()).code == "reports.form-with-pictures"
    assert refused(b"0" * (6 * 1024 * 1024)).code == "reports.form-too-large"


def test_figures_are_named_by_what_a_report_has(small):
    from pollready.assessment.document import to_summary
    from pollready.reports.kept.trend import figures

    data = {
        "summary": json.loads(json.dumps(to_summary(small, mask=None))), "as_of_date": "2028-06-19",
        "figures": figures(small),
    }  # fmt: skip
    found = figures_for(data)
    assert found["total.stations"] == small.total.stations
    assert found["fixed.ready"] + found["mobile.ready"] == small.total.ready
    assert set(GENERAL) <= found.keys()
    assert all(is_figure(name) for name in found)
    assert not is_figure("county.01.names")
    assert figures_named(saved(book(A1="{{a.b}}")), "") == {"a.b"}
