"""What became of an agency's duties by a moment, as its report tells: the same whoever asks."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from pollready.assessment.models import SavedAssessment
from pollready.committee.duty_states import DutyReader, due_of
from pollready.duties.escalation import Chain
from pollready.duties.models import Duty
from pollready.obstacles.thresholds import Thresholds
from pollready.people.scopes import onlooker


@dataclass(frozen=True, slots=True)
class AgencyDuty:
    """One duty with its deadline, and at how many objects it is how far."""

    text: str
    legal_basis: str
    letter_no: str
    deadline: str
    due_date: str | None
    days_overdue: int | None
    covers: str
    state: str
    counts: Mapping[str, int]


def duties_of_agency(
    agency_id: int, round_id: int, *, election_date: date | None, thresholds: Thresholds,
    classification: int, moment: datetime,
) -> list[dict[str, Any]] | None:  # fmt: skip
    """Give the standing duties of an agency up to a class, the most overdue first.

    The caller reads as of the moment (`audit.past.as_at`); states are told beside the last
    assessment made by then. None where there is none: nothing is known of any duty.
    """
    saved = (
        SavedAssessment.objects.filter(round=round_id, made_at__lte=moment)
        .order_by("-made_at", "-pk")
        .first()
    )
    if saved is None:
        return None
    duties = list(
        Duty.objects.filter(
            round=round_id, agency=agency_id, person=None, ended_at=None,
            classification__lte=classification,
        ).order_by("pk")
    )  # fmt: skip
    reader = DutyReader(onlooker(classification), saved, now=moment, recorded_by=moment)
    progress = reader.progress_of(duties)
    found = []
    for duty in duties:
        of = progress[duty.pk]
        due = due_of(
            duty, election_date=election_date, thresholds=thresholds, chain=Chain(),
            is_done=of.is_done, now=moment,
        )  # fmt: skip
        found.append(
            AgencyDuty(
                duty.text,
                duty.legal_basis,
                duty.letter_no,
                duty.deadline,
                due.day.isoformat() if due.day else None,
                due.days_overdue,
                duty.covers,
                of.state.value,
                {state.value: number for state, number in of.counts.items()},
            )
        )
    found.sort(key=lambda each: (-_lateness(each), each.due_date or "9999", each.text))
    return [asdict(each) for each in found]


def _lateness(duty: AgencyDuty) -> int:
    return -1 if duty.days_overdue is None else duty.days_overdue
