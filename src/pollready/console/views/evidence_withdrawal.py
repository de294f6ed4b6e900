"""Withdrawing a file that was attached to a claim."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from pollready.console.access import requires
from pollready.console.corrections.forms import WithdrawForm
from pollready.console.corrections.words import page_of, shown_value, slug_of
from pollready.console.middleware import ConsoleRequest
from pollready.console.names import field_name
from pollready.console.views.corrections import done, found, on_the_way
from pollready.language import say
from pollready.people.permissions import Permission
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.queries import evidence_for
from pollready.register.corrections.subjects import About
from pollready.register.corrections.withdrawing import keeps_bytes, may_withdraw, withdraw


@requires(Permission.CORRECT_REGISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_withdraw(request: ConsoleRequest, evidence_id: int) -> HttpResponse:
    """Ask why a file is withdrawn, and say what then becomes of it."""
    kept = get_object_or_404(evidence_for(request.user), pk=evidence_id)
    if not may_withdraw(request.user, kept):
        raise Http404  # as for what he does not see
    _, thing, wording = found(request, slug_of(About.of_claim(kept.claim)))
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, language=request.language
    )
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(
                evidence_id=kept.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except CorrectionRefused as refused:
            form.refuse(refused)
        else:
            sentence = say("correct.withdraw.done", request.language, name=kept.name)
            return done(request, page_of(thing), sentence)
    field = kept.claim.field
    context = {
        **on_the_way(thing, wording),
        "form": form,
        "file": kept,
        "keeps_bytes": keeps_bytes(kept),
        "field": field_name(field, request.language),
        "value": shown_value(field, kept.claim.value, wording),
    }
    status = 422 if form.errors else 200
    return render(request, "register/withdraw.html", context, status=status)
