"""What every page that speaks of an assessment starts from."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from pollready.assessment.models import SavedAssessment
from pollready.audit.models import AuditBatch
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.veil import veil_for
from pollready.console.wording import Wording
from pollready.people.models import User
from pollready.places.models import ElectionRound


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
    classes = SavedAssessment.objects.filter(round=election_round).values_list(
        "summary__classification", flat=True
    )
    if (classes.first() or 0) > viewer.clearance:
        raise PermissionDenied


def wording_for(request: ConsoleRequest, election_round: ElectionRound) -> Wording:
    """Give words for this viewer; the veil is made anew whenever anything was written."""
    check_clearance(request.user, election_round)
    version = AuditBatch.objects.values_list("number", flat=True).order_by("-number").first()
    veil = veil_for(request.user, round_id=election_round.pk, version=version or 0)
    return Wording(request.language, veil)
