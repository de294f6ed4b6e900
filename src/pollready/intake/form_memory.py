"""What a file's columns were taken for, to be shown and corrected, and remembered by form."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pollready.intake.models import RememberedForm
from pollready.intake.reading import ReadFile, Row, Table, is_blank
from pollready.intake.recognition import Recognised, forbidden_headings, recognise
from pollready.intake.recognition.header import find_header, headings_of, width_of
from pollready.intake.recognition.headings import heading_key, passed_over
from pollready.intake.staging.rows import as_shown
from pollready.people.models import User

_SAMPLES = 3
_SAMPLE_MAX = 60  # characters
_LOOKED_AT = 200  # rows in which samples are looked for


def tables_of(read: ReadFile, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give each table's columns: heading, field, samples; forbidden ones by name alone."""
    found = []
    for table in read.tables:
        if heading_key(table.name) in passed_over() or all(map(is_blank, table.rows)):
            continue
        recognised = recognise(table, mapping)
        found.append(_known(recognised) if recognised else _unknown(table, mapping))
    return found


def form_of(tables: list[dict[str, Any]]) -> str:
    """Give the digest of a form: of its tables' headings, in any order."""
    keys = sorted(
        "|".join(sorted(heading_key(column["heading"]) for column in table["columns"]))
        for table in tables
    )
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def remembered(form: str) -> dict[str, str]:
    """Give what was said of such a form before."""
    known = RememberedForm.objects.filter(form=form).first()
    return dict(known.mapping) if known else {}


def remember(form: str, mapping: Mapping[str, str], *, by: User, now: datetime) -> None:
    """Keep what somebody said of a form for the next file that has it."""
    said = {"mapping": dict(mapping), "chosen_by": by, "chosen_at": now}
    RememberedForm.objects.update_or_create(form=form, defaults=said)


def corrected(
    tables: list[dict[str, Any]], mapping: Mapping[str, str], chosen: Mapping[tuple[int, int], str]
) -> dict[str, str]:
    """Give the mapping after choices: (table, column) -> `sheet.field`, or `sheet.-` for none.

    A column is named by its heading; one without a heading by its number.
    """
    new = dict(mapping)
    for (number, index), target in chosen.items():
        column = tables[number]["columns"][index]
        name = column["heading"] or str(index + 1)
        if target != column["field"]:
            new[name] = target
    return new


def _known(found: Recognised) -> dict[str, Any]:
    fields = {index: f"{found.sheet.name}.{name}" for index, name in found.columns.fields.items()}
    fields |= dict.fromkeys(found.columns.address_parts, f"{found.sheet.name}.address")
    rows = [
        row for _, row in zip(range(_LOOKED_AT), (row for _, row in found.rows()), strict=False)
    ]
    guessed = found.columns.guesses.keys()
    return {
        "title": found.table.name,
        "sheet": found.sheet.name,
        "columns": [
            _column(heading, index, fields, rows, heading in guessed, index in found.dropped)
            for index, heading in enumerate(found.headings)
        ],
    }


def _unknown(table: Table, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Give the columns of a table of which nothing could be made, for the user to say."""
    index = find_header(table, mapping, None)
    width = width_of(table)
    headings = [""] * width if index is None else headings_of(table.rows[index])
    rows = table.rows[0 if index is None else index + 1 :][:_LOOKED_AT]
    dropped = set(forbidden_headings(table, mapping))
    return {
        "title": table.name,
        "sheet": "",
        "columns": [
            _column(heading, number, {}, rows, False, (heading or str(number + 1)) in dropped)
            for number, heading in enumerate(headings)
        ],
    }


def _column(
    heading: str,
    index: int,
    fields: Mapping[int, str],
    rows: list[Row],
    guessed: bool,
    dropped: bool,
) -> dict[str, Any]:
    samples = [] if dropped else _samples(rows, index)
    field = fields.get(index, "")
    return {
        "heading": heading,
        "field": field,
        "guessed": guessed,
        "forbidden": dropped,
        "samples": samples,
    }


def _samples(rows: list[Row], index: int) -> list[str]:
    cells = (row[index] for row in rows if index < len(row) and row[index] not in ("", None))
    found: dict[str, None] = {}
    for cell in cells:
        found.setdefault(as_shown(cell)[:_SAMPLE_MAX])
        if len(found) == _SAMPLES:
            break
    return list(found)
