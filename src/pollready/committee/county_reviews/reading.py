"""What one county is read by: whose scope, beside which assessment, up to which class."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Min, Q, QuerySet

from pollready.assessment.models import SavedAssessment, StationRecord
from pollready.assessment.queries import stations_for
from pollready.audit.classification import Classification
from pollready.people.models import Role, User
from pollready.places.models import Place
from pollready.places.queries import lying_in


@dataclass(frozen=True)
class CountyReading:
    """A county as its pack is filled: by the preparer, for the county's own office.

    What lies above the class of that office is left out, whatever the preparer may read.
    """

    by: User
    saved: SavedAssessment
    county: Place
    now: datetime

    @cached_property
    def ceiling(self) -> int:
        """Give the class up to which the pack may go."""
        offices = User.objects.filter(role=Role.GOVERNOR, is_active=True, places=self.county)
        lowest = offices.aggregate(lowest=Min("clearance"))["lowest"]
        cleared = Classification.CONFIDENTIAL if lowest is None else lowest
        return min(int(cleared), self.by.clearance)

    @cached_property
    def places(self) -> QuerySet[Place]:
        """Give the county with all that lies in it."""
        return Place.objects.filter(
            pk__in=list(lying_in(self.county.pk).values_list("pk", flat=True))
        )

    def here(self, listing: str) -> Q:
        """Say that `listing` leads to a station of the county up to the class."""
        return Q(
            **{
                f"{listing}__point__place__in": self.places,
                f"{listing}__point__classification__lte": self.ceiling,
            }
        )

    @property
    def stations(self) -> QuerySet[StationRecord]:
        """Give what the assessment found of the county's stations."""
        return stations_for(self.by, self.saved).filter(self.here("listing"))
