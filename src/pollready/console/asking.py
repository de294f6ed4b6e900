"""What every page about failures starts from: the network, the scope, the words; and its log."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from pollready.assessment.explorers import EXPLORERS, Readiness
from pollready.assessment.exploring import Explored, Scope
from pollready.assessment.looks import record_look
from pollready.assessment.scoping import scope_of
from pollready.console.context import Reading, wording_for
from pollready.console.explore_words import Things
from pollready.console.middleware import ConsoleRequest
from pollready.places.models import ElectionRound

LOOKS_IN_SESSION = "looks"
LOOKS_KEPT = 30


@dataclass(frozen=True, slots=True)
class Asking:
    """A network with what this viewer may ask of it, in his words."""

    explored: Explored
    scope: Scope
    things: Things
    is_stale: bool


def ready_for(request: ConsoleRequest, reading: Reading) -> tuple[Readiness, Asking | None]:
    """Give the network of the round of this session, if it is ready; else have it made."""
    return ready_for_round(request, reading.round, reading.saved.as_of_date)


def ready_for_round(
    request: ConsoleRequest, election_round: ElectionRound, as_of: date
) -> tuple[Readiness, Asking | None]:
    """Give the network of any round, if it is ready; else have it made."""
    wording = wording_for(request, election_round)
    readiness = EXPLORERS.ask(election_round.pk, as_of)
    explored = readiness.explored
    if explored is None:
        return readiness, None
    things = Things(explored, wording.veil, request.language, request.user)
    scope = scope_of(request.user, explored)
    return readiness, Asking(explored, scope, things, readiness.is_stale)


def log_look(request: ConsoleRequest, asking: Asking, asked: Mapping[str, object]) -> None:
    """Keep a look in the log once a session: turning its pages is not another look."""
    about = [asking.explored.round_id, asking.explored.version, asked]
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
    seen = request.session.get(LOOKS_IN_SESSION, [])
    if digest in seen:
        return
    record_look(asked, round_id=asking.explored.round_id, by=request.user, now=timezone.now())
    request.session[LOOKS_IN_SESSION] = [*seen, digest][-LOOKS_KEPT:]
