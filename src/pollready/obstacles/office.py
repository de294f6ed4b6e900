"""The thresholds of this installation: its office's file, else the method's defaults."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from pollready.obstacles.thresholds import Thresholds, load


def office_thresholds() -> Thresholds:
    """Give the thresholds by which this installation assesses and counts due days.

    The file is read anew once it has changed. Raises `WrongThresholds`.
    """
    path: Path = settings.POLLREADY_THRESHOLDS
    try:
        changed_at = path.stat().st_mtime_ns
    except OSError:
        return Thresholds()
    return _read(path, changed_at)


@lru_cache(maxsize=2)
def _read(path: Path, changed_at: int) -> Thresholds:
    return load(path)
