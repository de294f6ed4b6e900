"""Search keys, remembered: a file says the same few thousand names again and again."""

from functools import lru_cache

from pollready.language import fold as _fold


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Give the search key of a name, as `pollready.language.fold`."""
    return _fold(text)
