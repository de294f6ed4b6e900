"""A form that writes: what it says is written, or the form comes back with why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.reopening import reopened

UNPROCESSABLE, CONFLICT = 422, 409


@dataclass(frozen=True, slots=True)
class Attempt:
    """The form as it is to be shown, with the status of the answer; or it is written."""

    form: Any
    status: int
    is_written: bool = False


def attempt(
    form: Any, write: Callable[[Mapping[str, Any]], object], *refusals: type[Exception]
) -> Attempt:
    """Write what a form says, if it was sent and is right.

    A refusal stands in the form (`form.refuse`); so does that somebody else was first.
    """
    if not form.is_bound:
        return Attempt(form, 200)
    if not form.is_valid():
        return Attempt(form, UNPROCESSABLE)
    try:
        write(form.cleaned_data)
    except ChangedMeanwhile as changed:
        form = reopened(form, changed)
        form.add_error(None, changed)
        return Attempt(form, CONFLICT)
    except refusals as refused:
        form.refuse(refused)
        return Attempt(form, UNPROCESSABLE)
    return Attempt(form, 200, is_written=True)
