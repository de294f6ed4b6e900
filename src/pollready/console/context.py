"""What every page that speaks of an assessment starts from."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from pollready.assessment.models import SavedAssessment
from pollready.assessment.queries import is_cleared
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.wording import Wording
from pollready.people.models import User
from pollready.places.models import ElectionRound
from pollready.register.veil import veil_now


@dataclass(frozen=True, slots=True)
class Reading:
    """A round with its last assessment, and the words for this viewer."""

    round: ElectionRound
    saved: SavedAssessment
    wording: Wording


def read(request: ConsoleRequest) -> Reading | None:
    """Give what the pages of this session read; None where nothing is assessed yet."""
    frame = frame_of(request)
    if frame.round is None or frame.saved is None:
        return None
    return Reading(frame.round, frame.saved, wording_for(request, frame.round))


def check_clearance(viewer: User, election_round: ElectionRound) -> None:
    """Keep out who is not cleared up to the highest class of what went into an assessment.

    Every page of a round has that class at its head; raises `PermissionDenied`.
    """
    saved = SavedAssessment.objects.filter(round=election_round).defer("summary").first()
    if saved is not None and not is_cleared(viewer, saved):
        raise PermissionDenied


def wording_for(request: ConsoleRequest, election_round: ElectionRound) -> Wording:
    """Give words for this viewer; the veil is made anew whenever anything was written."""
    check_clearance(request.user, election_round)
    return Wording(request.language, veil_now(request.user, round_id=election_round.pk))
