"""What is shown to who tried too many passwords: how long to wait, and who can help."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pollready.console.sign_in_forms import SignInForm
from pollready.console.views.sign_in import form_again
from pollready.language import say
from pollready.people.locks import locks
from pollready.people.managing import username_of


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """Give the user name as it is kept, so that no other spelling of it counts anew."""
    given = credentials or {}  # Django's name for it when one failed, the form's before that
    named = given.get("username") or given.get("login") or request.POST.get("login") or ""
    return username_of(str(named))[:150]


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the form again and a sentence that says how long to wait."""
    language: str = request.language  # type: ignore[attr-defined]  # set by our middleware
    minutes = minutes_to_wait(request, name_tried(request, credentials), now=datetime.now(UTC))
    words = say("account.error.locked", language, minutes=minutes)
    if request.user.is_authenticated:  # the old password, or a confirmation, was wrong too often
        return render(request, "429.html", {"wait": words}, status=429)
    form = SignInForm(initial={"login": request.POST.get("login", "")})
    answer = form_again(request, form, words)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def minutes_to_wait(request: HttpRequest, username: str, *, now: datetime) -> int:
    """Give the whole minutes until this name may be tried again from this address."""
    address = request.META.get("REMOTE_ADDR")
    ends = [lock.until for lock in locks(now=now, username=username) if lock.address == address]
    left = max((end - now).total_seconds() for end in ends) if ends else 0
    return max(1, math.ceil(left / 60))
