"""Service profiles: how the plain columns of a kind of point become expressions per level."""

import tomllib
from functools import cache
from pathlib import Path

from pollready.engine.expression import Expression, parse, substitute

PROFILES = Path(__file__).resolve().parent

Profile = dict[str, dict[str, Expression]]


@cache
def read_profile(text: str) -> Profile:
    """Read a profile's TOML; raises `engine.expression.ExpressionError` where a line is none."""
    return {
        service: {level: parse(line) for level, line in levels.items()}
        for service, levels in tomllib.loads(text).items()
    }


def default_profile(point_type: str = "station") -> str:
    """Give the text of the profile that ships for a kind of point."""
    return (PROFILES / f"{point_type}.toml").read_text("utf-8")


def fill(profile: Profile, meanings: dict[str, Expression]) -> Profile:
    """Put a station's own expressions in the place of the profile's words."""
    return {
        service: {level: substitute(line, meanings) for level, line in levels.items()}
        for service, levels in profile.items()
    }
