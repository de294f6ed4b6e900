"""From content to PDF: the templates lay out, nothing here or there chooses words."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from pollready.reports.fonts import BUILT_FONTS, displayable, font_book

TEMPLATES = Path(__file__).resolve().parent / "templates"


def typeset(
    template: str, content: Mapping[str, Any], *, now: datetime, fonts: Path = BUILT_FONTS
) -> bytes:
    """Typeset a template with its content; the same content and time give the same bytes."""
    pdf = _compiler(template, fonts).compile(
        format="pdf",
        sys_inputs={"content": displayable(json.dumps(content, ensure_ascii=False), fonts)},
        pdf_standards=["a-2a", "ua-1"],  # to be archived, and read by screen readers
        timestamp=now.replace(microsecond=0),  # the compiler refuses parts of seconds
    )
    if not isinstance(pdf, bytes):
        raise TypeError(f"{template}: typst gave {type(pdf).__name__}, expected one file")
    return pdf


@cache
def _compiler(template: str, fonts: Path) -> typst.Compiler:
    """Keep one compiler a template: its fonts and sources are read once a process."""
    return typst.Compiler(
        input=TEMPLATES / template,
        root=TEMPLATES,
        font_paths=font_book(fonts),
        ignore_system_fonts=True,
    )
