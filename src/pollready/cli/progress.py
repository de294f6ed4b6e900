"""Saying how far a long run is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pollready.language import say


@contextmanager
def progress(language: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Give what tells people each stage: a moving line on a terminal, else a line a stage."""
    if quiet:
        yield lambda stage: None
    elif sys.stderr.isatty():
        from rich.console import Console  # slow: only where somebody watches

        with Console(stderr=True, highlight=False).status("") as status:
            yield lambda stage: status.update(say(f"cli.stage.{stage}", language))
    else:
        yield lambda stage: print(say(f"cli.stage.{stage}", language), file=sys.stderr, flush=True)
