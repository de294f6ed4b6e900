"""What an object is, as data from which every face says its name; nothing upstream is named."""

from typing import Any

from pollready.committee.meetings.queries import decisions_for, suggestions_for
from pollready.committee.meetings.subjects import (
    CONTRADICTIONS,
    Subject,
    find_subjects,
    read_about,
)
from pollready.people.models import User
from pollready.register.veil import masked

OUT_OF_SCOPE = "out_of_scope"


def object_of(user: User, round_id: int, about: str) -> dict[str, Any]:
    """Describe an object; one that the user does not find is only named by its kind."""
    return objects_of(user, round_id, {about})[about] if about else {}


def objects_of(user: User, round_id: int, abouts: set[str]) -> dict[str, dict[str, Any]]:
    """Describe several, one query a kind."""
    found = find_subjects(user, round_id, abouts)
    said = {about: _described(subject) for about, subject in found.items()}
    for about in abouts - said.keys():
        said[about] = _other(user, about)
    return said


def _described(subject: Subject) -> dict[str, Any]:
    row = subject.row
    if subject.kind == "case":
        return {"kind": "case", "rule": row.rule, "where": _where(row)}
    if subject.kind == "listing":
        return {"kind": "listing", "code": row.code, "name": row.point.name}
    if subject.kind == "component":
        return {"kind": "component", "component_kind": row.kind, "code": masked(row.code)}
    if subject.kind == "scenario":
        return {
            "kind": "scenario", "code": row.code, "title_fa": row.title_fa or row.title_en,
            "title_en": row.title_en or row.title_fa,
        }  # fmt: skip
    return {"kind": "duty", "text": row.text}


def _where(case: Any) -> str:
    """Give the county of an obstacle, where it is of one: places are no secret."""
    county = case.record.fields.get("county") if case.record is not None else ""
    return county if isinstance(county, str) else ""


def _other(user: User, about: str) -> dict[str, Any]:
    """Describe what is no object of the register: what was said or decided, or hidden."""
    if about == CONTRADICTIONS:
        return {"kind": CONTRADICTIONS}
    read = read_about(about)
    if read is not None and read[0] == "suggestion":
        suggestion = suggestions_for(user).filter(pk=read[1]).first()
        if suggestion is not None:
            return {"kind": "suggestion", "text": suggestion.text}
    if read is not None and read[0] == "decision":
        decision = decisions_for(user).filter(pk=read[1]).first()
        if decision is not None:
            return {"kind": "decision", "text": decision.text}
    return {"kind": OUT_OF_SCOPE}
