"""Reading places: what a place lies in, and what lies in it, as parts of a query."""

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from pollready.places.models import Place, PlaceLevel

# A station may stand in a county itself, in a district of it, or in a locality of that.
_STEPS = ("", "__parent", "__parent__parent")
# How many levels a place can lie below another.
_DEPTH = len(PlaceLevel) - 1


def county_of(place: str) -> dict[str, Case]:
    """Give `county_code` and `county_name` of what `place` leads to, to annotate a query with.

    Both are empty where the place lies in no county.
    """
    return {f"county_{column}": _of_county(place, column) for column in ("code", "name")}


def _of_county(place: str, column: str) -> Case:
    return Case(
        *(
            When(
                **{f"{place}{up}__level": PlaceLevel.COUNTY},
                then=F(f"{place}{up}__{column}"),
            )
            for up in _STEPS
        ),
        default=Value(""),
        output_field=CharField(),
    )


def lying_in(place: int) -> QuerySet[Place]:
    """Give a place of any level with all that lies in it."""
    return Place.objects.filter(
        Q(*((f"{'parent__' * up}pk", place) for up in range(_DEPTH + 1)), _connector=Q.OR)
    )


def narrowed_to(place: str, level: PlaceLevel) -> Case:
    """Give the key of the place of `level` in which `place` lies, or its own where it is wider."""
    steps = [place + "__parent" * up for up in range(PlaceLevel.LOCALITY - level + 1)]
    return Case(
        *(When(**{f"{step}__level": level}, then=F(f"{step}__pk")) for step in steps),
        default=F(f"{place}__pk"),
    )
