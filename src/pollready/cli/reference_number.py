"""An unexpected error is kept in a file under a number; its text is never shown."""

import secrets
import tempfile
from pathlib import Path

from pollready.audit.traces import trace_of


def keep_traceback(error: BaseException) -> tuple[str, Path]:
    """Write where the error arose where only its owner may read it; give its number and file."""
    reference = secrets.token_hex(4).upper()
    with tempfile.NamedTemporaryFile(
        "w", prefix=f"pollready-{reference}-", suffix=".txt", delete=False
    ) as file:
        file.write(trace_of(error))
    return reference, Path(file.name)
