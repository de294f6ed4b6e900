"""An unexpected error is kept in a file under a number; its text is never shown."""

import secrets
import tempfile
import traceback
from pathlib import Path


def keep_traceback(error: BaseException) -> tuple[str, Path]:
    """Write the traceback where only its owner may read it; give its number and file."""
    reference = secrets.token_hex(4).upper()
    with tempfile.NamedTemporaryFile(
        "w", prefix=f"pollready-{reference}-", suffix=".txt", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return reference, Path(file.name)
