"""Imports as a user may see them."""

from django.conf import settings
from django.db.models import Count, QuerySet

from pollready.intake.models import ImportState, StagedChange, StagedFault, StagedImport
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import places_of


def imports_for(user: User) -> QuerySet[StagedImport]:
    """Give the imports that a user may look at: his own; all to who sees everything anyway."""
    if not may(user, Permission.IMPORT_LISTS):
        return StagedImport.objects.none()
    found = StagedImport.objects.select_related("by", "decided_by", "round").defer("tables")
    sees_all = places_of(user) is None and user.clearance >= settings.POLLREADY_CEILING
    return found if sees_all else found.filter(by=user)


def faults_of(staged: StagedImport, *, gravity: str = "", code: str = "") -> QuerySet[StagedFault]:
    """Give what is wrong with a file, in its order."""
    found = StagedFault.objects.filter(staged=staged)
    if gravity:
        found = found.filter(gravity=gravity)
    return found.filter(code=code) if code else found


def fault_counts(staged: StagedImport) -> list[tuple[str, str, int]]:
    """Give (gravity, code, number), the most frequent first."""
    rows = StagedFault.objects.filter(staged=staged).order_by().values_list("gravity", "code")
    return sorted(rows.annotate(number=Count("pk")), key=lambda row: (-row[2], row[1]))


def changes_of(staged: StagedImport, *, kind: str = "", what: str = "") -> QuerySet[StagedChange]:
    """Give how a file differs from the register."""
    found = StagedChange.objects.filter(staged=staged)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(what=what) if what else found


def others_undecided(staged: StagedImport) -> QuerySet[StagedImport]:
    """Give the imports of files of that name that are not decided yet, besides this one."""
    open_ = StagedImport.objects.filter(
        file_name=staged.file_name,
        state__in=(ImportState.READING, ImportState.STAGED, ImportState.APPLYING),
    )
    return open_.exclude(pk=staged.pk).select_related("by")
