"""Comments on a case, and the list of where one was named."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pollready.assessment.cases.comments import Written, comment, edit_comment, mark_seen
from pollready.assessment.cases.errors import CaseRefused, NoSuchCase
from pollready.assessment.cases.queries import mentions_for, own_comments
from pollready.console.access import requires
from pollready.console.board import name_of
from pollready.console.case_forms import CommentForm
from pollready.console.context import wording_for
from pollready.console.middleware import ConsoleRequest
from pollready.console.views.cases import case_or_404, render_case
from pollready.language import say
from pollready.people.permissions import NotPermitted, Permission

UNPROCESSABLE = 422
SHOWN = 50


@requires(Permission.COMMENT)
@require_POST
def case_comment(request: ConsoleRequest, case_id: int) -> HttpResponse:
    """Write a comment."""
    case = case_or_404(request, case_id)
    form = CommentForm(request.POST, language=request.language)
    if not form.is_valid():
        return render_case(request, case, form=form, status=UNPROCESSABLE)
    try:
        written = comment(
            case_id=case_id,
            text=form.cleaned_data["text"],
            by=request.user,
            now=datetime.now(UTC),
        )
    except NotPermitted:
        raise PermissionDenied from None
    except CaseRefused as refused:
        form.add_error("text", refused)
        return render_case(request, case, form=form, status=UNPROCESSABLE)
    return _written(request, case_id, written, "commented")


@requires(Permission.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def case_comment_edit(request: ConsoleRequest, event_id: int) -> HttpResponse:
    """Change one's own comment, soon after it was written."""
    found = own_comments(request.user).filter(pk=event_id).first()
    if found is None:
        raise Http404
    case = found.case
    begin = {"text": found.text}
    form = CommentForm(request.POST or None, language=request.language, initial=begin)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                written = edit_comment(
                    event_id=event_id,
                    text=form.cleaned_data["text"],
                    by=request.user,
                    now=datetime.now(UTC),
                )
            except NoSuchCase:
                raise Http404 from None
            except NotPermitted:
                raise PermissionDenied from None
            except CaseRefused as refused:
                form.add_error(None, refused)
            else:
                return _written(request, case.pk, written, "edited")
    context = {
        "case": case,
        "form": form,
        "title": say(f"rule.{case.rule}.title", request.language),
    }
    return render(request, "cases/comment.html", context, status=status)


@requires(Permission.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def mentions(request: ConsoleRequest) -> HttpResponse:
    """List where one was named, the newest first; a POST notes that they were seen."""
    if request.method == "POST":
        return _seen(request)
    page = Paginator(mentions_for(request.user), SHOWN).get_page(request.GET.get("page"))
    rows = [
        {
            "case": mention.event.case,
            "at": mention.event.at,
            "who": name_of(mention.event.by) if mention.event.by else "",
            "text": wording_for(request, mention.event.case.round).veil.text(mention.event.text),
            "title": say(f"rule.{mention.event.case.rule}.title", request.language),
            "is_new": mention.seen_at is None,
        }
        for mention in page
    ]
    context = {"rows": rows, "page": page, "any_new": any(row["is_new"] for row in rows)}
    return render(request, "cases/mentions.html", context)


def _seen(request: ConsoleRequest) -> HttpResponse:
    """Note as seen what one case says, or everything; a page in the background needs no answer."""
    case = request.POST.get("case", "")
    case_id = int(case) if case.isascii() and case.isdecimal() and len(case) < 19 else None
    if case and case_id is None:
        raise Http404
    mark_seen(by=request.user, now=datetime.now(UTC), case_id=case_id)
    if request.htmx:
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("mentions"), status=303)


def _written(request: ConsoleRequest, case_id: int, written: Written, kind: str) -> HttpResponse:
    messages.success(request, say(f"board.done.{kind}", request.language))
    if written.not_told:
        names = "، ".join(written.not_told)
        messages.warning(request, say("board.comment.not_told", request.language, names=names))
    return HttpResponseRedirect(reverse("case", args=[case_id]), status=303)
