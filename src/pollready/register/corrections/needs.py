"""What a component or a station needs: read, checked against the round, and written as one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from pollready.audit.version import register_version
from pollready.engine.expression import (
    Constant,
    Expression,
    ExpressionError,
    Leaf,
    leaves,
    parse,
    substitute,
)
from pollready.people.models import User
from pollready.people.scopes import listings_for
from pollready.places.models import Listing, ListingStatus
from pollready.register.corrections.errors import CorrectionRefused
from pollready.register.corrections.subjects import Thing
from pollready.register.links import links_of
from pollready.register.models import Component, Requirement
from pollready.register.queries import components_for, groups_for
from pollready.register.veil import Veil, masked, veil_now

SERVES = "serves"
NOBODY = "none"  # what `serves` says where it is known to serve no station
NEEDS: Mapping[type, tuple[str, ...]] = {
    Component: ("depends_on", "protection", SERVES),
    Listing: ("requires",),
}
_CODES_MAX = 20  # named in a refusal
_AT_ONCE = 500


def is_need(thing: Thing, field: str) -> bool:
    """Say whether a field is what the object needs, or whom it serves."""
    return field in NEEDS.get(type(thing), ())


def need_value(thing: Thing, field: str) -> str | None:
    """Give what stands, as a claim would; None where nothing is recorded.

    Several rows of one thing are all needed. Stations served are codes, in their order.
    """
    if field == SERVES:
        return (
            ", ".join(sorted(_rows(thing, field).values_list("listing__code", flat=True))) or None
        )
    texts = list(_rows(thing, field).order_by("pk").values_list("expression", flat=True))
    if len(texts) > 1:
        return " & ".join(f"({text})" for text in texts)
    return texts[0] if texts else None


def codes_served(value: str) -> list[str]:
    """Read the codes of the stations that a claim names.

    >>> codes_served("0142, 0143"), codes_served("none")
    (['0142', '0143'], [])
    """
    return [] if value in ("", NOBODY) else value.split(", ")


def write_need(
    thing: Thing, field: str, value: str, source_id: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write what an object needs in place of what stood; gives it before and after.

    Beside the words stand the rows, each with its source, so that they can be put back as they
    were. Rows that stay keep theirs.
    """
    old = _kept(thing, field)
    if field == SERVES:
        assert isinstance(thing, Component)  # nothing else serves
        by_listing = dict(old)
        wanted = Listing.objects.filter(round=thing.round_id, code__in=codes_served(value))
        new = [
            [pk, by_listing.get(pk, source_id)]
            for pk in wanted.order_by("code").values_list("pk", flat=True)
        ]
    else:
        new = [[value, source_id]] if need_value(thing, field) != value else old
    before = need_value(thing, field)
    if sorted(map(str, old)) == sorted(map(str, new)):
        return {}, {}
    put_rows(thing, field, new)
    name = f"{field}_rows"
    return {field: before, name: old}, {field: need_value(thing, field), name: new}


def put_rows(thing: Thing, field: str, rows: Iterable[Sequence[Any]]) -> None:
    """Let just these rows stand: each an expression, or a station served, and its source."""
    _rows(thing, field).delete()
    made = []
    for said, source in rows:
        if field == SERVES:
            assert isinstance(thing, Component)  # nothing else serves
            made.append(
                Requirement(listing_id=said, role=field, expression=thing.code, source_id=source)
            )
        else:
            own = {"component": thing} if isinstance(thing, Component) else {"listing": thing}
            made.append(Requirement(**own, role=field, expression=said, source_id=source))
    Requirement.objects.bulk_create(made, batch_size=_AT_ONCE)


def _kept(thing: Thing, field: str) -> list[list[Any]]:
    said = "listing" if field == SERVES else "expression"
    return [list(row) for row in _rows(thing, field).order_by("pk").values_list(said, "source")]


def _rows(thing: Thing, field: str) -> QuerySet[Requirement]:
    if field == SERVES:
        assert isinstance(thing, Component)  # nothing else serves
        return Requirement.objects.filter(
            role=SERVES, expression=thing.code, listing__round=thing.round_id
        )
    return Requirement.objects.filter(role=field, **_own(thing))


def _own(thing: Thing) -> dict[str, Any]:
    return {"component": thing} if isinstance(thing, Component) else {"listing": thing}


def served_in_scope(thing: Component, by: User) -> bool:
    """Say whether the user sees every station that the component serves, and so may name them."""
    served = _rows(thing, SERVES).values("listing")
    return not Listing.objects.filter(pk__in=served).exclude(pk__in=listings_for(by)).exists()


def checked_need(thing: Thing, field: str, value: str, *, by: User) -> str:
    """Give the value as it is kept, of what this user may name; raises `CorrectionRefused`.

    Who may not see a name writes the masked code that the pages show him. A code that he does
    not see is answered like one that is not there.
    """
    if field == SERVES:
        assert isinstance(thing, Component)  # nothing else serves
        return _checked_served(thing, value, by)
    assert isinstance(thing, Component | Listing)  # a stop needs nothing of its own
    try:
        expression = parse(value)
    except ExpressionError as error:
        raise CorrectionRefused(
            "expression-wrong", "value", position=error.column, found=error.found
        ) from None
    if expression == Constant(holds=True):
        return str(expression)
    veil = veil_now(by, round_id=thing.round_id)
    expression = _unmasked(expression, thing, by, veil)
    check_for_circle(thing, str(expression), by=by)
    return str(expression)


def _unmasked(
    expression: Expression, thing: Component | Listing, by: User, veil: Veil
) -> Expression:
    """Put the codes of the register for those that were typed; raises for one that is not known."""
    typed = set(leaves(expression))
    known = {
        code
        for table in (components_for(by), groups_for(by))
        for code in table.filter(round=thing.round_id).values_list("code", flat=True)
    }
    standing = {
        code
        for each in NEEDS[type(thing)]
        if each != SERVES
        for code in leaves(_parsed(need_value(thing, each) or "true"))
    }
    meant = {masked(code): code for code in known | standing}
    meant |= {code: code for code in known | standing if veil.shows(code)}
    meant |= {code: code for code in typed if code.startswith(f"{thing.code}/")}
    unknown = sorted(typed - meant.keys())
    if unknown:
        named = ", ".join(unknown[:_CODES_MAX])
        raise CorrectionRefused("need-unknown", "value", codes=named)
    return substitute(expression, {code: Leaf(meant[code]) for code in typed})


def _parsed(text: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError:
        return Constant(holds=True)


def check_for_circle(thing: Thing, value: str, *, by: User) -> None:
    """Raise `CorrectionRefused` where what is needed comes to need this component itself."""
    if not isinstance(thing, Component):
        return  # nothing needs a station
    veil = veil_now(by, round_id=thing.round_id)
    above = links_of(thing.round_id, register_version()).needs_of_component
    came_from: dict[str, str] = {}
    waiting = list(dict.fromkeys(leaves(_parsed(value))))
    came_from.update(dict.fromkeys(waiting, thing.code))
    while waiting:
        code = waiting.pop(0)
        if code == thing.code:
            path = [code]
            while len(path) == 1 or path[-1] != thing.code:
                path.append(came_from[path[-1]])
            said = " ← ".join(veil.code(each) for each in path)
            raise CorrectionRefused("need-circle", "value", path=said)
        for each in sorted(above.get(code, ())):
            if each not in came_from:
                came_from[each] = code
                waiting.append(each)


def _checked_served(thing: Component, value: str, by: User) -> str:
    if not served_in_scope(thing, by):
        raise CorrectionRefused("serves-others-too", "value")
    codes = list(dict.fromkeys(codes_served(value)))
    found: set[str] = set()
    listed = listings_for(by).filter(round=thing.round_id).exclude(status=ListingStatus.CANCELLED)
    for start in range(0, len(codes), _AT_ONCE):
        part = listed.filter(code__in=codes[start : start + _AT_ONCE])
        found.update(part.values_list("code", flat=True))
    missing = [code for code in codes if code not in found]
    if missing:
        named = ", ".join(missing[:_CODES_MAX])
        raise CorrectionRefused("no-such-station", "value", station=named)
    return ", ".join(sorted(codes)) or NOBODY
