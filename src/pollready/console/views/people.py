"""The people of the installation: the list, inviting somebody, the link shown once."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pollready.console.access import requires
from pollready.console.middleware import ConsoleRequest
from pollready.console.people_forms import LOOKS, InviteForm
from pollready.console.people_list import STATES, find_people
from pollready.console.qr import qr_path
from pollready.language import say
from pollready.people.commands import open_link
from pollready.people.managing import invite_person
from pollready.people.models import Role
from pollready.people.permissions import Permission
from pollready.people.rules import PersonRefused

# Where a link waits between the form that made it and the page that shows it once.
LINK = "person_link"


@requires(Permission.MANAGE_PEOPLE)
@require_safe
def people_list(request: ConsoleRequest) -> HttpResponse:
    """List the people, filtered; a changed filter fetches the list alone."""
    found = find_people(request.user, request.GET, request.language, now=datetime.now(UTC))
    context = {
        "found": found,
        "roles": [
            (role.value, say(f"console.role.{role.value}", request.language)) for role in Role
        ],
        "states": [(state, say(f"account.state.{state}", request.language)) for state in STATES],
    }
    template = "people/_found.html" if request.htmx else "people/list.html"
    return render(request, template, context)


@requires(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: ConsoleRequest) -> HttpResponse:
    """Invite somebody; the link comes on a page of its own, once."""
    if LOOKS in request.POST:
        form = InviteForm.looking(request.POST, by=request.user, language=request.language)
        return render(request, "people/invite.html", {"form": form})
    form = InviteForm(request.POST or None, by=request.user, language=request.language)
    if form.is_valid():
        try:
            _, token = invite_person(
                by=request.user,
                username=form.cleaned_data["username"],
                **form.names(),
                rights=form.rights(),
                language=form.cleaned_data["written_in"],
                reason=form.cleaned_data["reason"],
                now=datetime.now(UTC),
            )
        except PersonRefused as refused:
            form.add_error(refused.field or None, refused)
        else:
            return show_link(request, token)
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


def show_link(request: ConsoleRequest, token: str) -> HttpResponse:
    """Lead to the page that shows a new link."""
    request.session[LINK] = token
    return redirect("person-link")


@requires(Permission.MANAGE_PEOPLE)
@require_safe
def link(request: ConsoleRequest) -> HttpResponse:
    """Show the link that was just made, as a letter to print; a second time it is gone."""
    token = request.session.pop(LINK, "")
    opened = open_link(token, now=datetime.now(UTC)) if token else None
    if opened is None:
        messages.warning(request, say("account.link.gone", request.language))
        return redirect("people")
    address = request.build_absolute_uri(reverse("sign-in", args=[token]))
    path, side = qr_path(address)
    context = {
        "link": opened,
        "person": opened.user,
        "address": address,
        "qr_path": path,
        "qr_side": side,
    }
    return render(request, "people/link.html", context)
