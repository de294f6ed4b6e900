"""Assessment: the register compiled, measured, judged, and added up."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pollready.assessment.assessing import assess as assess

__all__ = ["assess"]


def __getattr__(name: str) -> Any:
    """Import `assess` when it is asked for: Django loads this package for its tables alone."""
    if name == "assess":
        from pollready.assessment.assessing import assess

        return assess
    raise AttributeError(name)
