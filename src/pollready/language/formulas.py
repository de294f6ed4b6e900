"""Text that a spreadsheet would take for a formula: told, and kept text."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def is_like_formula(text: str) -> bool:
    """Say whether a spreadsheet that reads the text might work it out."""
    return text.startswith(FORMULA_STARTS)


def safe(cell: str | float | None) -> str | float | None:
    """Give a cell of a table in plain text that no program takes for a formula.

    >>> safe("=1+1"), safe(-3)
    ("'=1+1", -3)
    """
    return f"'{cell}" if isinstance(cell, str) and is_like_formula(cell) else cell
