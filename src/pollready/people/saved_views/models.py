"""A view of a list under a name: its filters, its sorting and its columns."""

from django.conf import settings
from django.db import models
from django.db.models import Q

NAME_MAX, QUERY_MAX, COLUMNS_MAX = 80, 2000, 500


class SavedView(models.Model):
    """What somebody wants to see again; a shared one is offered to the whole committee.

    It holds no rows: whoever opens it sees what lies in his own scope.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    list = models.CharField(max_length=40)
    name = models.CharField(max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX, blank=True)  # as in the address
    columns = models.CharField(max_length=COLUMNS_MAX, blank=True)  # names behind commas
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list", "name"], name="saved_view_name_once_a_list"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.list}: {self.name}"
