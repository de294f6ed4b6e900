"""One's own account: who one is here, the password, the devices on which one is signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.console.access import requires
from pollready.console.account_forms import ChangePasswordForm, ContactsForm
from pollready.console.devices import device_words
from pollready.console.middleware import ConsoleRequest
from pollready.console.people_words import RightsInWords, rights_in_words
from pollready.language import say
from pollready.people.contacts import set_contacts
from pollready.people.models import User, UserSession
from pollready.people.passwords import change_password
from pollready.people.rules import PersonRefused
from pollready.people.second_step import authenticators_of, has_second_step, must_have_second_step
from pollready.people.sessions import (
    end_other_sessions,
    end_session,
    rebind_session,
    sessions_of,
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the page shows it."""

    session: UserSession
    words: str
    here: bool


@requires(None)
@require_safe
def account(request: ConsoleRequest) -> HttpResponse:
    """Show everything of one's account, with a way to change each part."""
    user = request.user
    rights: RightsInWords = rights_in_words(user, request.language)
    context = {
        "person": user,
        "rights": rights,
        "devices": len(devices_of(request)),
        "second_step": has_second_step(user),
        "second_step_asked": must_have_second_step(user),
        "steps": authenticators_of(user),
    }
    return render(request, "account/account.html", context)


@requires(None)
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: ConsoleRequest) -> HttpResponse:
    """Change the password; every other device is signed out."""
    form = ChangePasswordForm(request.POST or None, language=request.language)
    if not request.user.has_usable_password():
        del form.fields["old"]
    if form.is_valid() and _knows_old(request, form) and _changed(request, form):
        messages.success(request, say("account.done.password_changed", request.language))
        return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "account/password.html", {"form": form}, status=status)


@requires(None)
@sensitive_post_parameters("email", "mobile")
@require_http_methods(["GET", "HEAD", "POST"])
def contacts(request: ConsoleRequest) -> HttpResponse:
    """Say where reminders go."""
    user = request.user
    form = ContactsForm(
        request.POST or None, language=request.language,
        initial={"email": user.email, "mobile": user.mobile},
    )  # fmt: skip
    if form.is_valid():
        try:
            set_contacts(user, now=datetime.now(UTC), **form.cleaned_data)
        except PersonRefused as refused:
            form.add_error(refused.field, refused)
        else:
            messages.success(request, say("reminders.contacts.saved", request.language))
            return redirect("account")
    status = 422 if form.errors else 200
    return render(request, "account/contacts.html", {"form": form}, status=status)


def _knows_old(request: ConsoleRequest, form: ChangePasswordForm) -> bool:
    """Check the old password where there is one; wrong ones count as at sign-in."""
    if "old" not in form.fields:
        return True
    if get_adapter().reauthenticate(request.user, form.cleaned_data["old"]):
        return True
    form.add_error("old", ValidationError("", code="wrong_password"))
    return False


def _changed(request: ConsoleRequest, form: ChangePasswordForm) -> bool:
    key = request.session.session_key or ""
    user: User = request.user
    try:
        change_password(
            by=user, password=form.cleaned_data["password"], keep=key, now=datetime.now(UTC)
        )
    except ValidationError as weak:
        form.add_error("password", weak)
        return False
    update_session_auth_hash(request, user)
    rebind_session(key, request.session.session_key or "")
    return True


@requires(None)
@require_safe
def devices(request: ConsoleRequest) -> HttpResponse:
    """List the devices on which one is signed in."""
    return render(request, "account/devices.html", {"devices": devices_of(request)})


@requires(None)
@require_POST
def end_device(request: ConsoleRequest, session_id: int) -> HttpResponse:
    """Sign out one of one's own devices."""
    now = datetime.now(UTC)
    session = get_object_or_404(sessions_of(request.user, now=now), pk=session_id)
    words = device_words(session.user_agent, request.language)
    end_session(by=request.user, session=session, now=now)
    messages.success(request, say("account.done.device_ended", request.language, device=words))
    return redirect("account-devices")


@requires(None)
@require_POST
def end_others(request: ConsoleRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    key = request.session.session_key or ""
    count = end_other_sessions(by=request.user, keep=key, now=datetime.now(UTC))
    messages.success(request, say("account.done.others_ended", request.language, devices=count))
    return redirect("account-devices")


def devices_of(request: ConsoleRequest) -> list[Device]:
    """Give one's devices, the one at hand first."""
    listed = [
        Device(
            session=each,
            words=device_words(each.user_agent, request.language),
            here=each.session_key == request.session.session_key,
        )
        for each in sessions_of(request.user, now=datetime.now(UTC))
    ]
    return sorted(listed, key=lambda device: not device.here)
