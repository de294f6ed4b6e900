"""What the server says of itself: neither a sign-in link nor the text of an error is in it."""

import logging
import re
from types import TracebackType

from pollready.audit.traces import trace_of

_LINK = re.compile(r"(/sign-in/)[^/\s]+")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Leaves out the token of a link, which may not have been used yet, and errors' texts."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record without tokens."""
        record.exc_text = None  # another handler's formatter may have written it out
        return _LINK.sub(r"\1…", super().format(record))

    def formatException(self, ei: ExcInfo) -> str:  # the name that logging calls
        """Write where an error arose and of what type it is."""
        return trace_of(ei[1]) if ei[1] is not None else ""
