"""What every page that speaks of an assessment starts from."""

from dataclasses import dataclass

from pollready.assessment.models import SavedAssessment
from pollready.audit.models import AuditBatch
from pollready.console.frame import frame_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.veil import veil_for
from pollready.console.wording import Wording
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


def wording_for(request: ConsoleRequest, election_round: ElectionRound) -> Wording:
    """Give words for this viewer; the veil is made anew whenever anything was written."""
    version = AuditBatch.objects.values_list("number", flat=True).order_by("-number").first()
    veil = veil_for(request.user, round_id=election_round.pk, version=version or 0)
    return Wording(request.language, veil)
