"""Errors that were kept as code and fields, to be said when they are read."""

from collections.abc import Mapping
from typing import Any

from pollready.language.keeping import told


class Kept(Exception):
    """An error that happened earlier, elsewhere."""

    def __init__(self, code: str, fields: Mapping[str, Any]) -> None:
        self.code = code
        self.fields: dict[str, Any] = told(dict(fields))
        super().__init__(code)
