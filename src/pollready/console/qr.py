"""Square codes that a telephone reads, drawn into the page as a path."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # white modules around, which readers need


def qr_path(text: str) -> tuple[str, int]:
    """Give the path of a square code and the length of its side, in modules."""
    drawn = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    drawn.add_data(text)
    drawn.make(fit=True)
    rows = drawn.get_matrix()
    squares = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return "".join(squares), len(rows)
