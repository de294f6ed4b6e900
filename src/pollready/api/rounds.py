"""Rounds of elections, and where their last assessment stands."""

from datetime import date, datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from pollready.api.access import needs, user_of
from pollready.api.errors import Refused, answers
from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import as_tally, is_cleared, stations_for, tally_columns
from pollready.people.models import User
from pollready.people.permissions import Permission
from pollready.people.scopes import rounds_for
from pollready.places.models import ElectionRound
from pollready.register.veil import Veil, veil_now

router = Router(tags=["rounds"])


class Round(Schema):
    """One round of voting."""

    code: str
    name: str
    jurisdiction: str
    election_date: date | None


class Tally(Schema):
    """How many stations stand where, within the asker's scope; voters null where unknown."""

    stations: int
    ready: int
    not_ready: int
    unknown: int
    contradicted: int
    voters: int | None
    voters_ready: int | None
    voters_not_ready: int | None
    voters_unknown: int | None
    stations_without_voters: int


class State(Schema):
    """A round's last assessment."""

    round: Round
    as_of: date
    made_at: datetime
    total: Tally


@router.get("/rounds", response=answers(list[Round]))
@needs(Permission.SEE_REGISTER)
def rounds(request: HttpRequest) -> list[ElectionRound]:
    """List the rounds in which the asker has a station, newest first."""
    return list(rounds_for(user_of(request)))


@router.get("/rounds/{code}", response=answers(State))
@needs(Permission.SEE_REGISTER)
def state(request: HttpRequest, code: str) -> dict[str, object]:
    """Tell where a round stands."""
    saved = assessment_of(user_of(request), code)
    total = as_tally(stations_for(user_of(request), saved).aggregate(**tally_columns()))
    return {
        "round": saved.round,
        "as_of": saved.as_of_date,
        "made_at": saved.made_at,
        "total": total,
    }


def round_of(user: User, code: str) -> ElectionRound:
    """Find a round in the asker's scope, or answer that there is none."""
    found: ElectionRound = get_object_or_404(rounds_for(user), code=code.replace("\0", ""))
    return found


def assessment_of(user: User, code: str) -> SavedAssessment:
    """Give the last assessment of a round that the asker may read."""
    saved = (
        SavedAssessment.objects.filter(round=round_of(user, code))
        .select_related("round")
        .defer("summary")
        .first()
    )
    if saved is None:
        raise Refused("not_assessed", 404)
    if not is_cleared(user, saved):
        raise Refused("above_clearance", 403)
    return saved


def veil_of(user: User, round_id: int) -> Veil:
    """Give what masks the names that the asker may not see."""
    return veil_now(user, round_id=round_id)
