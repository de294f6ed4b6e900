"""Assessment: the register compiled, measured, judged, and added up."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pollready.assessment.assessing import assess as assess
    from pollready.assessment.baseline import prepare as prepare
    from pollready.assessment.supposing import what_if as what_if

__all__ = ["assess", "prepare", "what_if"]


def __getattr__(name: str) -> Any:
    """Import what is asked for: Django loads this package for its tables alone."""
    if name == "assess":
        from pollready.assessment.assessing import assess

        return assess
    if name == "prepare":
        from pollready.assessment.baseline import prepare

        return prepare
    if name == "what_if":
        from pollready.assessment.supposing import what_if

        return what_if
    raise AttributeError(name)
