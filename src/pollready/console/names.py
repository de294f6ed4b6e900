"""Names of fields, as the workbook's headings give them."""

from pollready.language import UnknownPhrase, say


def field_name(field: str, language: str) -> str:
    """Name a field as the workbook's headings do."""
    for sheet in ("stations", "stops", "components"):
        try:
            return say(f"workbook.{sheet}.{field}", language)
        except UnknownPhrase:
            continue
    try:
        return say(f"console.field.{field}", language)
    except UnknownPhrase:
        return field  # a field that no sheet of the workbook has
