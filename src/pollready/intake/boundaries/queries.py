"""Reading borders as one user may: of the places in his scope, up to his class."""

from django.db.models import QuerySet

from pollready.intake.boundaries.models import Boundary, BoundaryFile
from pollready.people.models import User
from pollready.people.scopes import in_places, places_of


def boundaries_for(user: User) -> QuerySet[Boundary]:
    """Give the borders of the places in the user's scope."""
    return Boundary.objects.filter(
        in_places("place", places_of(user)), classification__lte=user.clearance
    )


def waiting_file(user: User) -> BoundaryFile | None:
    """Give the file that the user sent and has not kept yet."""
    return BoundaryFile.objects.filter(sent_by=user).first()
