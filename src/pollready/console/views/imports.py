"""Importing lists: send a file, look at its columns, faults and differences, apply or discard."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.imports import (
    FilledForm,
    UploadForm,
    change_rows,
    chosen_in,
    columns_of,
    fault_choices,
    fault_rows,
    lines_in_file,
)
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.jobs import watched
from pollready.console.words import Kept
from pollready.intake.applying.rounds import round_words
from pollready.intake.deciding import ImportMoved
from pollready.intake.models import (
    CHANGE_NOTHING,
    WORDS_OF_PERSONS,
    ChangeKind,
    ImportState,
    StagedImport,
)
from pollready.intake.queries import changes_of, faults_of, imports_for, others_undecided
from pollready.intake.writing import write_template
from pollready.jobs.completing import to_complete, write_to_complete
from pollready.jobs.importing import (
    COMPLETE,
    REJECTED,
    apply_staged,
    correct_and_stage,
    discard_staged,
    stage_file,
    subject_of,
    written_file,
)
from pollready.jobs.models import RESTARTABLE, Job
from pollready.jobs.queries import last_job
from pollready.language import LANGUAGES, Phrase, file_day, message, say, written
from pollready.language.keeping import told
from pollready.people.models import User
from pollready.people.permissions import Permission, may

_LISTED = 50
_GRAVITIES = ("row", "cell", "notice")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.IMPORT_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: ConsoleRequest) -> HttpResponse:
    """List the imports, and take a new file."""
    frame = frame_of(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(
        sent[0],
        files=sent[1],
        language=request.language,
        rounds=frame.rounds,
        current=frame.round,
    )
    if form.is_bound:
        staged = _staged_from(request, form)
        if staged is not None:
            return _see_other("import-stage", staged)
    of = frame.round if may(request.user, Permission.EXPORT) else None
    context = {
        "form": form,
        "imports": imports_for(request.user)[:_LISTED],
        "filled_of": written(round_words(of), request.language) if of else "",
    }
    return render(request, "imports/list.html", context, status=422 if form.errors else 200)


def _staged_from(request: ConsoleRequest, form: UploadForm) -> StagedImport | None:
    """Keep the sent file, or say in the form why not."""
    if not form.is_valid():
        return None
    sent = form.cleaned_data["file"]
    try:
        return stage_file(
            name=sent.name,
            chunks=sent.chunks(),
            election_date=form.day if form.chosen_id is None else None,
            round_id=form.chosen_id,
            round_name=form.cleaned_data.get("round_name", "") if form.chosen_id is None else "",
            by=request.user,
            now=timezone.now().replace(microsecond=0),
        )
    except ValueError as error:
        if not hasattr(error, "code"):
            raise
        form.add_error("file", error)
        return None


@requires(Permission.IMPORT_LISTS)
@require_safe
def import_stage(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """Show how far an import is, what it found, and what can be done with it."""
    staged = _import(request, import_id)
    busy = staged.state in (ImportState.READING, ImportState.APPLYING)
    job = last_job(subject_of(staged))
    context = {
        "staged": staged,
        "job": _job_of(staged, job, request),
        "busy": busy,
        "counts": _object_counts(staged),
        "others": list(others_undecided(staged)) if staged.is_undecided else [],
        "why": _why(staged, request.language),
        "contradicted": _contradicted(staged),
        "new_round": _new_round(staged, request.language),
        "other_round": _other_round(staged, request),
        "changes_something": _changes_something(staged),
        "can_discard": _can_discard(staged, job.state_at(timezone.now()) if job else ""),
        "has_rejected": written_file(staged, REJECTED, request.language).is_file(),
        "has_complete": _complete_file(staged, request.language) is not None,
        "watched": reverse("import-stage", args=[staged.pk]),
    }
    if request.htmx and not request.htmx.boosted:
        response = render(request, "jobs/_progress.html", context)
        if not busy:
            response["HX-Refresh"] = "true"
    else:
        response = render(request, "imports/stage.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@requires(Permission.IMPORT_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_mapping(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """Show what each column was taken for, and let it be corrected."""
    staged = _import(request, import_id)
    status, wrong = 200, ""
    if request.method == "POST":
        try:
            correct_and_stage(
                staged.pk,
                chosen=chosen_in(staged, request.POST),
                by=request.user,
                now=timezone.now().replace(microsecond=0),
            )
        except ImportMoved as error:
            status, wrong = 409, message(error, request.language)
        else:
            messages.success(request, say("upload.columns.read_again", request.language))
            return _see_other("import-stage", staged)
    chosen = {name: str(value) for name, value in request.POST.items()}
    context = {
        "staged": staged,
        "tables": columns_of(staged, chosen, request.user, request.language),
        "wrong": wrong,
        "can_correct": staged.state in (ImportState.STAGED, ImportState.UNUSABLE),
    }
    return render(request, "imports/mapping.html", context, status=status)


@requires(Permission.IMPORT_LISTS)
@require_safe
def import_faults(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """List everything that is wrong with the file, with its remedy."""
    staged = _import(request, import_id)
    gravity, code = request.GET.get("gravity", ""), request.GET.get("code", "")
    choices = fault_choices(staged, request.language)
    gravity = gravity if gravity in _GRAVITIES else ""
    code = code if any(code == each["code"] for each in choices) else ""
    faults = faults_of(staged, gravity=gravity, code=code)
    context = {
        "staged": staged,
        "found": fault_rows(faults, request.GET.get("page"), request.user, request.language),
        "gravity": gravity,
        "gravities": _GRAVITIES,
        "code": code,
        "choices": [each for each in choices if not gravity or each["gravity"] == gravity],
        "has_rejected": written_file(staged, REJECTED, request.language).is_file(),
    }
    return render(request, "imports/faults.html", context)


@requires(Permission.IMPORT_LISTS)
@require_safe
def import_diff(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """List how the file differs from the register."""
    staged = _import(request, import_id)
    kind, what = request.GET.get("kind", ""), request.GET.get("what", "")
    counts = _object_counts(staged)
    kind = kind if kind in ChangeKind.values else ""
    what = what if any(what == each["what"] for each in counts) else ""
    changes = changes_of(staged, kind=kind, what=what)
    context = {
        "staged": staged,
        "found": change_rows(changes, request.GET.get("page"), request.user, request.language),
        "counts": counts,
        "kinds": ChangeKind.values,
        "kind": kind,
        "what": what,
    }
    return render(request, "imports/diff.html", context)


@requires(Permission.IMPORT_LISTS)
@require_POST
def import_apply(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """Have just the differences that were shown written."""
    compared = request.POST.get("compared", "")
    staged = _import(request, import_id)
    if _is_applied_by(staged, request.user, compared):
        return _see_other("import-stage", staged)  # the button was pressed twice
    return _decide(
        request,
        import_id,
        "upload.applying",
        lambda staged, now: apply_staged(staged.pk, compared=compared, by=request.user, now=now),
    )


@requires(Permission.IMPORT_LISTS)
@require_POST
def import_discard(request: ConsoleRequest, import_id: int) -> HttpResponse:
    """Forget a file and all that was made of it."""
    return _decide(
        request,
        import_id,
        "upload.discarded",
        lambda staged, now: discard_staged(staged.pk, by=request.user, now=now),
    )


@requires(Permission.IMPORT_LISTS)
@require_safe
def import_file(request: ConsoleRequest, import_id: int) -> FileResponse:
    """Give back a workbook: the rejected rows, or the list to be completed."""
    staged = _import(request, import_id)
    if staged.by_id != request.user.pk and not request.user.may_see_names:
        raise Http404  # written with the names that the one who sent the file may see
    wanted = request.GET.get("file", "")
    path = None
    if wanted == REJECTED:
        path = written_file(staged, REJECTED, request.language)
    elif wanted == COMPLETE:
        path = _complete_file(staged, request.language)
    if path is None or not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{wanted}.xlsx", content_type=_WORKBOOK
    )


@requires(Permission.IMPORT_LISTS)
@require_safe
def import_template(request: ConsoleRequest) -> FileResponse:
    """Give the empty workbook, in the page's language."""
    return written_workbook(
        partial(write_template, language=request.language),
        say("upload.template.blank_name", request.language),
    )


@requires(Permission.IMPORT_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_filled(request: ConsoleRequest) -> HttpResponseBase:
    """Give the workbook filled with the round's stations, to whom says why he takes it."""
    round_ = frame_of(request).round
    if round_ is None or not may(request.user, Permission.EXPORT):
        raise Http404
    file = to_complete(round_, request.user)
    form = FilledForm(request.POST or None, language=request.language)
    if form.is_valid():
        now = timezone.now().replace(microsecond=0)
        name = say("upload.template.filled_name", request.language)
        return written_workbook(
            lambda path: write_to_complete(
                file,
                path,
                language=request.language,
                by=request.user,
                now=now,
                reason=form.cleaned_data["reason"],
                said=partial(lines_in_file, file, request.user, now, request.language),
            ),
            f"{name} {file_day(localdate(now), request.language)}",
        )
    context = {"form": form, "file": file, "round": round_}
    status = 422 if form.is_bound else 200
    return render(request, "imports/filled.html", context, status=status)


def written_workbook(write: Callable[[Path], None], name: str) -> FileResponse:
    """Send a workbook that is written for this one answer and kept nowhere."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write(path)
        content = BytesIO(path.read_bytes())
    return FileResponse(
        content, as_attachment=True, filename=f"{name}.xlsx", content_type=_WORKBOOK
    )


def _decide(
    request: ConsoleRequest,
    import_id: int,
    said: str,
    command: Callable[[StagedImport, datetime], StagedImport],
) -> HttpResponse:
    staged = _import(request, import_id)
    try:
        command(staged, timezone.now().replace(microsecond=0))
    except ImportMoved as error:
        messages.error(request, message(error, request.language))
    else:
        messages.success(request, say(said, request.language))
    return _see_other("import-stage", staged)


def _is_applied_by(staged: StagedImport, user: User, compared: str) -> bool:
    """Say whether the user had just these differences applied already, and it goes on."""
    is_his = staged.decided_by_id == user.pk and staged.compared == compared
    return staged.state == ImportState.APPLYING and is_his


def _import(request: ConsoleRequest, import_id: int) -> StagedImport:
    return get_object_or_404(imports_for(request.user), pk=import_id)


def _complete_file(staged: StagedImport, language: str) -> Path | None:
    languages = dict.fromkeys((language, *LANGUAGES))
    paths = (written_file(staged, COMPLETE, each) for each in languages)
    return next((path for path in paths if path.is_file()), None)


def _object_counts(staged: StagedImport) -> list[dict[str, object]]:
    """Give how many objects of each type differ how; kept words of persons where there are any."""
    objects = staged.counts.get("objects", {})
    first = sorted(objects, key=lambda what: (what != "station", what))
    kinds = [
        kind
        for kind in ChangeKind.values
        if kind not in WORDS_OF_PERSONS or any(objects[what].get(kind) for what in first)
    ]
    return [
        {"what": what, "kinds": [(kind, objects[what].get(kind, 0)) for kind in kinds]}
        for what in first
    ]


def _job_of(
    staged: StagedImport, job: Job | None, request: ConsoleRequest
) -> dict[str, object] | None:
    """Give the last work on an import; it is offered again only where that does something.

    An unusable file says itself why, and what could not be applied is applied anew.
    """
    shown = watched(job, request)
    if shown is None or staged.state == ImportState.UNUSABLE:
        return None
    if staged.state not in (ImportState.READING, ImportState.APPLYING, ImportState.APPLIED):
        shown["can_restart"] = False
    return shown


def _can_discard(staged: StagedImport, job_state: str) -> bool:
    """Say whether the file can be given up now: not while it is being written."""
    if staged.state == ImportState.APPLYING:
        return job_state in RESTARTABLE
    return staged.state in (ImportState.STAGED, ImportState.UNUSABLE, ImportState.READING)


def _contradicted(staged: StagedImport) -> int:
    """Count the objects of which the file says something new against a person's word."""
    objects = staged.counts.get("objects", {})
    return sum(kinds.get(ChangeKind.CONTRADICTED, 0) for kinds in objects.values())


def _why(staged: StagedImport, language: str) -> str:
    """Say why nothing can be made of a file."""
    if not staged.error_code:
        return ""
    told = Kept(staged.error_code, staged.error_fields)
    why = told.fields.get("why")
    if isinstance(why, Phrase) and why.key == "intake.nothing.not-recognised":
        # The columns have a page of their own here.
        told.fields["why"] = Phrase("upload.not_recognised", why.fields)
    return message(told, language)


def _new_round(staged: StagedImport, language: str) -> str:
    """Name the round that applying would make; nothing where the register holds it."""
    said = told(staged.counts.get("round") or {}).get("words")
    return written(said, language) if said is not None and staged.round_id is None else ""


def _other_round(staged: StagedImport, request: ConsoleRequest) -> dict[str, object] | None:
    """Say that the file names another round than was chosen, where it does."""
    faults = faults_of(staged, code="other-round")
    return next(iter(fault_rows(faults, None, request.user, request.language).rows), None)


def _changes_something(staged: StagedImport) -> bool:
    """Say whether applying would write anything that the register does not hold."""
    kinds = {kind for each in staged.counts.get("objects", {}).values() for kind in each}
    return not staged.counts.get("unchanged") and bool(kinds - CHANGE_NOTHING)


def _see_other(name: str, staged: StagedImport) -> HttpResponseRedirect:
    response = redirect(name, import_id=staged.pk)
    response.status_code = 303
    return response
