"""Reading what the console answers, whatever it is written in."""

import io
import zipfile

from django.http import HttpResponseBase


def everything_in(response: HttpResponseBase) -> str:
    """Read an answer: a page as it is, a workbook by what is packed in it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(map(book.read, book.namelist()))
    return content.decode(errors="replace")
