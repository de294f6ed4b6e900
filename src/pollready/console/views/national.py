"""Packages of provinces: the provinces together, writing a package, taking one in, keys."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pollready.assessment.assessing import end_of
from pollready.assessment.terrain_folder import open_terrain
from pollready.audit.past import PastNotKept
from pollready.console.access import requires
from pollready.console.frame import frame_of
from pollready.console.handing_out import to_keep
from pollready.console.middleware import ConsoleRequest
from pollready.console.national_forms import EndTrustForm, KeyForm, SendForm, TakeInForm
from pollready.console.views.corrections import done
from pollready.console.views.overview import nothing_assessed
from pollready.jobs.assess_file import default_as_of
from pollready.language import UnknownPhrase, date_short, say
from pollready.people.permissions import NotPermitted, Permission
from pollready.people.scopes import places_of
from pollready.reports.kept.rules import ReportRefused
from pollready.reports.national.commands import (
    end_trust,
    export_package,
    import_package,
    trust_key,
)
from pollready.reports.national.format import FILE_MAX, PackageRefused
from pollready.reports.national.keys import fingerprint, is_key, own_public_key
from pollready.reports.national.models import TrustedKey
from pollready.reports.national.rolling_up import Province, packages_for, roll_up

TITLE = "reports.national.title"


def _check_scope(request: ConsoleRequest) -> None:
    """Keep out who sees but some places: a package is of a whole register."""
    if places_of(request.user) is not None:
        raise PermissionDenied


@requires(Permission.ROLL_UP)
@require_safe
def provinces(request: ConsoleRequest) -> HttpResponse:
    """Show every province's newest package side by side, their sums, and who disagrees."""
    _check_scope(request)
    round_ = frame_of(request).round
    if round_ is None:
        return nothing_assessed(request, TITLE)
    packages = list(packages_for(request.user, round_.pk))
    found = roll_up(packages, now=timezone.now())
    context = {
        "found": found,
        "all": len(found.provinces),
        "known": len(found.present),
        "rows": [
            {"province": each, "hours": None if each.age_h is None else int(each.age_h)}
            for each in found.provinces
        ],
        "changes": [_change(each, request.language) for each in found.present],
        "causes": [{**row, "title": _rule(row["rule"], request.language),
                    "word": f"report.severity.{row['severity']}"} for row in found.causes],
        "means": [{**row, "word": _kind(row["kind"], request.language)} for row in found.means],
        "disagreements": [
            {"each": each, "kind": _kind(each.kind, request.language),
             "says": [(name, f"reports.national.{state}", as_of) for name, state, as_of in
                      each.says]}
            for each in found.disagreements
        ],
        "packages": packages,
        "standing": {each.package.pk for each in found.present if each.package},
    }  # fmt: skip
    return render(request, "national/provinces.html", context)


def _change(province: Province, language: str) -> dict[str, Any]:
    """Give what changed in a province, with the names of obstacles that are new or gone."""
    change = province.change

    def named(obstacles: Mapping[tuple[str, str], int]) -> list[tuple[str, int]]:
        listed = sorted(obstacles.items(), key=lambda each: (-each[1], each[0]))
        return [(_rule(rule, language), stations) for (rule, _), stations in listed]

    new, gone = (named(change.new), named(change.gone)) if change else ([], [])
    return {"name": province.name, "change": change, "new": new, "gone": gone}


def _rule(code: str, language: str) -> str:
    """Name a rule; one that this version does not know by its code."""
    try:
        return say(f"rule.{code}.title", language)
    except UnknownPhrase:
        return code


def _kind(code: str, language: str) -> str:
    try:
        return say(f"kind.{code}", language)
    except UnknownPhrase:
        return code


@requires(Permission.ROLL_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: ConsoleRequest) -> HttpResponseBase:
    """Write this province's package and hand it out."""
    _check_scope(request)
    round_ = frame_of(request).round
    if round_ is None:
        return nothing_assessed(request, TITLE)
    now = timezone.now()
    today = timezone.localdate(now)
    form = SendForm(
        request.POST if request.method == "POST" else None,
        viewer=request.user,
        language=request.language,
        initial={"as_of": date_short(today, request.language)},
    )
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["as_of"]
        try:
            if day > today:
                raise ReportRefused("moment-to-come")
            written = export_package(
                round_.pk,
                as_of=default_as_of(round_.pk, today=today) if day == today else day,
                moment=now if day == today else end_of(day),
                ceiling=int(form.cleaned_data["ceiling"]),
                reason=form.cleaned_data["reason"],
                terrain=open_terrain(settings.POLLREADY_TERRAIN),
                actor=request.user.username,
                by=request.user,
                now=now,
            )
        except NotPermitted:
            raise PermissionDenied from None
        except (ReportRefused, PastNotKept) as refused:
            form.add_error("as_of", refused)
        except PackageRefused as refused:
            form.add_error("reason" if refused.code.endswith("reason-missing") else None, refused)
        else:
            return to_keep(written.content, written.name, "application/octet-stream")
    context = {"form": form, **_own_key()}
    return render(request, "national/send.html", context, status=422 if form.errors else 200)


@requires(Permission.ROLL_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: ConsoleRequest) -> HttpResponse:
    """Take a package in, or say why not."""
    _check_scope(request)
    round_ = frame_of(request).round
    if round_ is None:
        return nothing_assessed(request, TITLE)
    form = TakeInForm(request.POST if request.method == "POST" else None, language=request.language)
    if request.method == "POST":
        form.files = request.FILES
        if form.is_valid():
            content = form.cleaned_data["package"].read(FILE_MAX + 1)
            try:
                package = import_package(
                    content,
                    round_=round_,
                    actor=request.user.username,
                    by=request.user,
                    now=timezone.now(),
                )
            except PackageRefused as refused:
                form.add_error("package", refused)
            else:
                said = say(
                    "reports.national.taken",
                    request.language,
                    province=package.key.name,
                    moment=package.as_of,
                )
                return done(request, reverse("provinces"), said)
    return render(request, "national/take.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.ROLL_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def province_keys(request: ConsoleRequest) -> HttpResponse:
    """Show this installation's key and those that are trusted; trust one more.

    The fingerprint of a typed key is shown first; it is trusted once that was compared.
    """
    _check_scope(request)
    form = KeyForm(request.POST if request.method == "POST" else None, language=request.language)
    compared = ""
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        key = re.sub(r"\s", "", values["public_key"]).lower()
        if is_key(key) and values["confirmed"] != key:
            compared = key
            if request.POST.get("do") == "trust":
                form.add_error(None, say("reports.national.keys.not_compared", request.language))
        else:
            try:
                made = trust_key(
                    name=values["name"],
                    public_key=key,
                    spoken_with=values["spoken_with"],
                    by=request.user,
                    now=timezone.now(),
                )
            except PackageRefused as refused:
                form.add_error(str(refused.fields.get("field", "")) or None, refused)
            else:
                said = say("reports.national.keys.done", request.language, name=made.name)
                return done(request, reverse("provinces-keys"), said)
    return _keys_page(request, form, compared, status=422 if form.errors else 200)


@requires(Permission.ROLL_UP)
@require_POST
def province_key_end(request: ConsoleRequest, key_id: int) -> HttpResponse:
    """Trust a key no longer."""
    _check_scope(request)
    form = EndTrustForm(request.POST, language=request.language)
    if form.is_valid():
        try:
            key = end_trust(
                key_id=key_id,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except PackageRefused as refused:
            form.add_error(None, refused)
        else:
            said = say("reports.national.keys.done_end", request.language, name=key.name)
            return done(request, reverse("provinces-keys"), said)
    return _keys_page(request, KeyForm(language=request.language), "", wrong=form, status=422)


def _keys_page(
    request: ConsoleRequest,
    form: KeyForm,
    compared: str,
    *,
    wrong: EndTrustForm | None = None,
    status: int,
) -> HttpResponse:
    keys = TrustedKey.objects.select_related("trusted_by").order_by("ended_at", "name")
    context = {
        "form": wrong or form,
        "new": form,
        "compared": compared,
        "compared_fingerprint": fingerprint(compared) if compared else "",
        "keys": [{"key": key, "fingerprint": fingerprint(key.public_key)} for key in keys],
        **_own_key(),
    }
    return render(request, "national/keys.html", context, status=status)


def _own_key() -> dict[str, str]:
    key = own_public_key()
    return {"own_key": key, "own_fingerprint": fingerprint(key)}
