"""Reading the views of lists that one user may open."""

from django.db.models import Q, QuerySet

from pollready.people.models import User
from pollready.people.saved_views.models import SavedView


def saved_views_for(user: User, list_name: str) -> QuerySet[SavedView]:
    """Give the user's own views of a list and those that others share."""
    return SavedView.objects.filter(Q(owner=user) | Q(shared=True), list=list_name).select_related(
        "owner"
    )
