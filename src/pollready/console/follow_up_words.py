"""Words of follow-ups: who owes one, what it is measured by, when it is due, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.committee.duty_states import Due
from pollready.duties.follow_ups.deadlines import Day, read_due
from pollready.duties.follow_ups.models import Figure, FollowUp
from pollready.language import digits, isolate, say
from pollready.people.models import User


def office_word(role: str, language: str) -> str:
    """Name an office."""
    return say(f"console.role.{role}", language)


def owner_word(follow_up: FollowUp, language: str) -> str:
    """Name the agency or office that owes it."""
    if follow_up.agency is not None:
        return isolate(follow_up.agency.name)
    return office_word(follow_up.office, language)


def person_word(person: User | None) -> str:
    """Name somebody as people do; nothing where nobody is named."""
    return isolate(person.get_full_name() or person.username) if person else ""


def figure_word(figure: str, figure_of: str, language: str) -> str:
    """Say what is measured, as the name of a figure."""
    if figure == Figure.RULE:
        return say("follow_up.measured.rule", language,
                   rule=say(f"rule.{figure_of}.title", language))  # fmt: skip
    if figure == Figure.CRITERION:
        return say("follow_up.measured.criterion", language,
                   criterion=say(f"console.criterion.{figure_of}", language))  # fmt: skip
    if figure == Figure.FREE:
        return isolate(figure_of)
    return say(f"follow_up.measured.{figure}", language)


def deadline_word(deadline: str, language: str) -> str:
    """Say a deadline as it was given: a gate by its name, a day of the calendar by nothing more."""
    read = read_due(deadline)
    if isinstance(read, Day) or read is None:
        return ""
    return (
        say(f"board.gate.{read.gate}", language)
        if read.gate
        else isolate(digits(str(read), language))
    )


@dataclass(frozen=True, slots=True)
class DueInWords:
    """When something is due, for a page."""

    day: date | None
    days_overdue: int | None  # since its day: 0 is today
    days_left: int | None
    given: str = ""


def due_in_words(due: Due, today: date, given: str = "") -> DueInWords:
    """Say when something is due, counted in days from a day."""
    if due.day is None:
        return DueInWords(None, None, None, given)
    days = (today - due.day).days
    if due.days_overdue is not None:
        return DueInWords(due.day, max(days, 0), None, given)
    return DueInWords(due.day, None, max(-days, 0), given)


def checked_words(detail: Mapping[str, Any], figure: str, language: str) -> str:
    """Say what a check found, without figures: those are counted in the reader's scope."""
    verdict = str(detail.get("verdict", "unknown"))
    return say(f"follow_up.verdict.{verdict}", language)
