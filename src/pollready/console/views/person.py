"""One person of the installation: rights, devices, and what an administrator can do for him."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pollready.audit.versions import ChangedMeanwhile
from pollready.console.access import requires
from pollready.console.devices import device_words
from pollready.console.middleware import ConsoleRequest
from pollready.console.people_forms import LOOKS, ReasonForm, RightsForm
from pollready.console.people_list import state_of
from pollready.console.people_words import rights_in_words
from pollready.console.views.people import show_link
from pollready.language import say
from pollready.people import managing
from pollready.people.locks import locks, unlock
from pollready.people.models import User
from pollready.people.permissions import Permission
from pollready.people.queries import people_for, with_state
from pollready.people.rules import PersonRefused
from pollready.people.second_step import must_have_second_step
from pollready.people.sessions import sessions_of

# What can be done with an account, each by its page with a reason.
ACTS: dict[str, Callable[..., Any]] = {
    "reset-password": managing.reset_password,
    "reset-second-step": managing.reset_second_step,
    "sign-out": managing.sign_out_everywhere,
    "close": managing.close_account,
    "reopen": managing.reopen_account,
    "unlock": unlock,
}
GIVES_LINK = "reset-password"
WITHOUT_REASON = "unlock"


def person_of(request: ConsoleRequest, person_id: int) -> User:
    """Find a person whom the viewer keeps; else there is no such page."""
    people = with_state(people_for(request.user), now=datetime.now(UTC))
    return get_object_or_404(people, pk=person_id)


@requires(Permission.MANAGE_PEOPLE)
@require_safe
def person_page(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Show one account: how it stands, what it lets its person do, what can be done."""
    person, now = person_of(request, person_id), datetime.now(UTC)
    held = locks(now=now, username=person.username)
    context = {
        "person": person,
        "rights": rights_in_words(person, request.language),
        "state": state_of(person, locked={lock.username for lock in held}),
        "locks": held,
        "devices": [
            (device_words(each.user_agent, request.language), each)
            for each in sessions_of(person, now=now)
        ],
        "second_step_asked": must_have_second_step(person),
        "is_oneself": person.pk == request.user.pk,
    }
    return render(request, "people/person.html", context)


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: ConsoleRequest, person_id: int) -> HttpResponse:
    """Change name, role, scope, class and names of one person."""
    person = person_of(request, person_id)
    changed_meanwhile = False
    if request.method != "POST":
        form = RightsForm.of(person, by=request.user, language=request.language)
    elif LOOKS in request.POST:
        form = RightsForm.looking(request.POST, by=request.user, language=request.language)
    else:
        form = RightsForm(request.POST, by=request.user, language=request.language)
        if form.is_valid():
            try:
                _change(request, person, form)
            except PersonRefused as refused:
                form.add_error(refused.field or None, refused)
            except ChangedMeanwhile as meanwhile:
                person = person_of(request, person_id)
                form = _over(request, meanwhile.fields["version"])
                changed_meanwhile = True
            else:
                messages.success(request, say("account.done.rights_changed", request.language))
                return redirect("person", person_id)
    context = {
        "form": form,
        "person": person,
        "rights": rights_in_words(person, request.language),
        "changed_meanwhile": changed_meanwhile,
    }
    status = 409 if changed_meanwhile else 422 if form.errors else 200
    return render(request, "people/rights.html", context, status=status)


def _change(request: ConsoleRequest, person: User, form: RightsForm) -> None:
    managing.change_person(
        by=request.user,
        person=person,
        version=form.cleaned_data["version"] or 0,
        **form.names(),
        rights=form.rights(),
        reason=form.cleaned_data["reason"],
        now=datetime.now(UTC),
    )


def _over(request: ConsoleRequest, version: object) -> RightsForm:
    """Give the form as it was typed, to be sent again knowingly over what is there now."""
    typed = request.POST.copy()
    typed["version"] = str(version)
    return RightsForm(typed, by=request.user, language=request.language)


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def act_on(request: ConsoleRequest, person_id: int, act: str) -> HttpResponse:
    """Ask for the reason, then do one thing with an account."""
    person = person_of(request, person_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, language=request.language)
    if act == WITHOUT_REASON:
        del form.fields["reason"]
    if form.is_valid():
        try:
            done = ACTS[act](
                by=request.user, person=person, now=datetime.now(UTC), **form.cleaned_data
            )
        except PersonRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            if act == GIVES_LINK:
                return show_link(request, done)
            name = person.get_full_name() or person.username
            key = f"account.act_done.{act.replace('-', '_')}"
            messages.success(request, say(key, request.language, name=name))
            return redirect("person", person_id)
    context = {"form": form, "person": person, "act": act.replace("-", "_")}
    status = 422 if form.errors else 200
    return render(request, "people/act.html", context, status=status)
