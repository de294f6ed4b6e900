"""The example: an invented province on the real counties of East Azerbaijan."""

from pollready.example.province import (
    AS_OF,
    BEFORE_ELECTION,
    ELECTION,
    Province,
    generate,
    write_example,
)

__all__ = ["AS_OF", "BEFORE_ELECTION", "ELECTION", "Province", "generate", "write_example"]
