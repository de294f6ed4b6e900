"""The reference page of the workbook, made from its schema and phrases."""

from pollready.intake.workbook import CHOICES, SHEETS, Column, Sheet
from pollready.language import say
from pollready.register.kinds import kinds

_HEAD = """# The workbook

What an office fills in, sheet by sheet. `pollready template --language fa --out F.xlsx` writes
it empty. Headings in either language are recognised, also without the star, in another order,
and under the other names that are listed; a column that is not there is unknown, never zero.
This page is generated from the schema (`pollready.intake.workbook`).
"""


def reference_page() -> str:
    """Write the page, in Markdown."""
    parts = [_HEAD, *(_sheet(sheet) for sheet in SHEETS), _words(), _kinds()]
    return "\n".join(parts)


def _sheet(sheet: Sheet) -> str:
    title = (
        f"{say(f'workbook.sheet.{sheet.name}', 'en')} · {say(f'workbook.sheet.{sheet.name}', 'fa')}"
    )
    lines = [f"## {title}", "", say(f"workbook.about.{sheet.name}", "en") + ".", ""]
    lines += ["| field | heading | سرستون | holds | also known as |", "|---|---|---|---|---|"]
    lines += [_column(sheet, column) for column in sheet.columns]
    return "\n".join([*lines, ""])


def _column(sheet: Sheet, column: Column) -> str:
    star = " *" if column.required else ""
    headings = (say(f"workbook.{sheet.name}.{column.field}", language) for language in ("en", "fa"))
    english, persian = (heading + star for heading in headings)
    note = say(f"workbook.help.{sheet.name}.{column.field}", "en")
    if not column.printed:
        note += " (understood, not in the template)"
    cells = (f"`{column.field}`", english, persian, note, "، ".join(column.aliases))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _words() -> str:
    lines = [
        "## Words that columns take",
        "",
        "| list | value | English | فارسی |",
        "|---|---|---|---|",
    ]
    for name, values in CHOICES.items():
        for value in values:
            shown = (say(f"workbook.choice.{name}.{value}", each) for each in ("en", "fa"))
            lines.append(f"| {name} | `{value}` | {' | '.join(shown)} |")
    return "\n".join([*lines, ""])


def _kinds() -> str:
    head = ["## Kinds of components", "", "| kind | English | فارسی | q | repair (h) | group |"]
    lines = [*head, "|---|---|---|---|---|---|"]
    for code, kind in kinds().items():
        shown = " | ".join(say(f"kind.{code}", language) for language in ("en", "fa"))
        group = "yes" if kind.is_group else ""
        lines.append(
            f"| `{code}` | {shown} | {kind.unavailability:g} | {kind.mttr_h:g} | {group} |"
        )
    return "\n".join([*lines, ""])
