"""The template: what it shows, and that it reads itself."""

import openpyxl
import pytest

from pollready.intake.reading import read_file
from pollready.intake.recognition import recognise
from pollready.intake.workbook import SHEETS, ColumnKind
from pollready.intake.workbook.reference import reference_page
from pollready.intake.writing import write_template, write_workbook
from pollready.language import LANGUAGES, say


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_of_the_template_is_recognised_with_all_its_columns(tmp_path, language):
    write_template(tmp_path / "t.xlsx", language)
    found = {}
    for table in read_file(tmp_path / "t.xlsx").tables:
        recognised = recognise(table, {})
        if recognised:
            assert recognised.columns.guesses == {}
            assert recognised.unread(list(recognised.rows())) == ()
            assert recognised.names_dropped == ()
            found[recognised.sheet.name] = set(recognised.columns.fields.values())
    assert found == {sheet.name: {c.field for c in sheet.printed} for sheet in SHEETS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_carry_a_star_when_required_and_a_note_always(tmp_path, language):
    write_template(tmp_path / "t.xlsx", language)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet in SHEETS:
        page = book[say(f"workbook.sheet.{sheet.name}", language)]
        for column, cell in zip(sheet.printed, page[1], strict=True):
            assert cell.value.endswith(" *") is column.required
            assert cell.comment is not None
        assert page.freeze_panes is not None
        assert page.sheet_view.rightToLeft is (language == "fa")


def test_columns_with_choices_have_validation_lists(tmp_path):
    write_template(tmp_path / "t.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet in SHEETS:
        listed = [c for c in sheet.printed if c.choices or c.kind is ColumnKind.YES_NO]
        page = book[say(f"workbook.sheet.{sheet.name}", "en")]
        assert len(page.data_validations.dataValidation) == len(listed)


def test_text_that_begins_like_a_formula_stays_text(tmp_path):
    row = {"code": "1", "name": "=HYPERLINK(1)", "county": "Ahar", "kind": "fixed"}
    write_workbook(tmp_path / "w.xlsx", {"stations": [row]}, "en")
    cell = openpyxl.load_workbook(tmp_path / "w.xlsx")["Stations"]["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_a_field_that_no_column_shows_is_refused(tmp_path):
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "w.xlsx", {"stations": [{"colour": "red"}]}, "en")


def test_the_reference_page_is_the_one_generated(request):
    page = request.config.rootpath / "docs" / "reference" / "workbook.md"
    assert page.read_text("utf-8") == reference_page()
