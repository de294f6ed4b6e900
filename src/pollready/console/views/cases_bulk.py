"""Several cases at once: accepted, or given to somebody after a look at the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from pollready.assessment.cases.commands import Assignment, assign_case, move_case
from pollready.assessment.cases.errors import CaseRefused
from pollready.assessment.cases.queries import cases_for, day_of
from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.board import case_rows
from pollready.console.case_forms import BulkAssignForm
from pollready.console.context import Reading, read
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.case_steps import person_chosen
from pollready.console.views.overview import nothing_assessed
from pollready.language import say
from pollready.obstacles.cases import CaseState
from pollready.obstacles.models import ObstacleCase
from pollready.people.permissions import NotPermitted, Permission

MOST = 200
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case as it was ticked: which, and in what version it was seen."""

    case: ObstacleCase
    version: int


@requires(Permission.WORK_OBSTACLES)
@require_POST
def cases_bulk(request: ConsoleRequest) -> HttpResponse:
    """Accept the ticked cases, or show the form that gives them to somebody."""
    reading = read(request)
    if reading is None:
        return nothing_assessed(request, "board.title")
    chosen = _chosen(request, reading)
    if not chosen:
        messages.warning(request, say("board.bulk.none", request.language))
        return _back()
    if request.POST.get("action") == "accept":
        return _told(request, chosen, "accepted", lambda one: _accept(request, one))
    return _assign(request, reading, chosen)


def _chosen(request: ConsoleRequest, reading: Reading) -> list[Chosen]:
    """Read what was ticked (`number:version`); what is not in scope is not there."""
    seen: dict[int, int] = {}
    for text in request.POST.getlist("case")[:MOST]:
        number, _, version = text.partition(":")
        if all(
            part.isascii() and part.isdecimal() and len(part) < 19 for part in (number, version)
        ):
            seen[int(number)] = int(version)
    cases = cases_for(request.user).filter(round=reading.round, pk__in=seen)
    ordered = cases.select_related("record", "assignee", "round").order_by("severity_rank", "pk")
    return [Chosen(case, seen[case.pk]) for case in ordered]


def _accept(request: ConsoleRequest, one: Chosen) -> None:
    move_case(
        case_id=one.case.pk,
        after=CaseState.ACCEPTED,
        version=one.version,
        by=request.user,
        now=datetime.now(UTC),
    )


def _assign(request: ConsoleRequest, reading: Reading, chosen: list[Chosen]) -> HttpResponse:
    """Show what is about to be given to whom, or do it."""
    asked = request.POST if request.POST.get("confirmed") else None
    form = BulkAssignForm(asked, language=request.language)
    form.offer(request.user, reading.wording, [one.case for one in chosen])
    if asked is not None and form.is_valid():
        data = form.cleaned_data
        person = person_chosen(data["assignee"])

        def write(one: Chosen) -> None:
            assign_case(
                Assignment(
                    owner=data["owner"] or one.case.owner,
                    assignee=person,
                    due_gate=data["due_gate"],
                    reason=data["reason"],
                ),
                case_id=one.case.pk,
                version=one.version,
                by=request.user,
                now=datetime.now(UTC),
            )

        return _told(request, chosen, "assigned", write)
    cases = [one.case for one in chosen]
    day = day_of(reading.saved, reading.round)
    context = {
        "rows": case_rows(cases, request.user, reading.wording, day),
        "chosen": [(one.case.pk, one.version) for one in chosen],
        "form": form,
    }
    status = UNPROCESSABLE if asked is not None else 200
    return render(request, "cases/bulk.html", context, status=status)


def _told(
    request: ConsoleRequest, chosen: list[Chosen], kind: str, write: Callable[[Chosen], None]
) -> HttpResponse:
    """Do it case by case, and say of how many it could not be done."""
    done = 0
    for one in chosen:
        try:
            write(one)
        except NotPermitted:
            raise PermissionDenied from None
        except (CaseRefused, ChangedMeanwhile):
            continue
        done += 1
    language = request.language
    if done:
        messages.success(request, say(f"board.bulk.{kind}", language, cases=done))
    if done < len(chosen):
        left = len(chosen) - done
        messages.warning(request, say("board.bulk.left", language, cases=left))
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("causes"), status=303)
