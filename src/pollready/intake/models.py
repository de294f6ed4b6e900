"""Imports that are looked at before they are applied, and what is remembered of forms."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.places.models import ElectionRound


class ImportState(models.TextChoices):
    """How far an import is."""

    READING = "reading", "reading"
    STAGED = "staged", "staged"
    APPLYING = "applying", "applying"
    APPLIED = "applied", "applied"
    DISCARDED = "discarded", "discarded"
    UNUSABLE = "unusable", "unusable"


# In these states the file is kept, and somebody has still to decide.
UNDECIDED = (ImportState.READING, ImportState.STAGED, ImportState.APPLYING)


class StagedImport(models.Model):
    """A file that somebody sent: what it says, what is wrong with it, what it would change.

    `compared` is the digest of the differences that were shown: just these are applied, or they
    are shown again. The file itself lies in the data folder until it is applied or discarded.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports"
    )
    round = models.ForeignKey(
        ElectionRound, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports"
    )
    file_name = models.CharField(max_length=300)
    folder = models.CharField(max_length=60, unique=True)
    size = models.PositiveBigIntegerField()
    mapping = models.JSONField(default=dict)
    # For which it was sent: a round of the register, or name and day of a new one. What the file
    # itself says goes first; `round` is what came of both.
    chosen_round = models.ForeignKey(
        ElectionRound, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    round_name = models.CharField(max_length=200, blank=True, default="")
    election_date = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.READING
    )
    made_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decided_imports",
    )
    compared = models.CharField(max_length=64, blank=True)
    moved = models.BooleanField(default=False)  # the register changed after it was compared
    # Keys by which is found what is written ahead: sources of claims, first and last point.
    ahead = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    tables = models.JSONField(default=list)  # columns of each table with samples
    error_code = models.CharField(max_length=80, blank=True)
    error_fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_is_known"
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_undecided(self) -> bool:
        """Whether somebody has still to apply or discard it."""
        return self.state in UNDECIDED

    @property
    def can_be_decided(self) -> bool:
        """Whether it can be applied or discarded just now."""
        return self.state == ImportState.STAGED


class StagedFault(models.Model):
    """One thing that is wrong with a staged file."""

    staged = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="faults")
    ordinal = models.PositiveIntegerField()
    code = models.CharField(max_length=60)
    gravity = models.CharField(max_length=6)  # intake.faults.Gravity
    sheet = models.CharField(max_length=200)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=200)
    value = models.TextField()
    fields = models.JSONField()
    cell = models.CharField(max_length=80)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["staged", "ordinal"], name="fault_once_in_its_place")
        ]
        indexes = [models.Index(fields=["staged", "gravity", "code"], name="fault_by_gravity")]

    def __str__(self) -> str:
        return self.code


class ChangeKind(models.TextChoices):
    """How a staged file differs from the register."""

    NEW = "new", "new"
    CHANGED = "changed", "changed"
    RENUMBERED = "renumbered", "renumbered"
    MISSING = "missing", "missing"
    KEPT = "kept", "kept"  # a person's word stays; the file repeats what it took the place of
    CONTRADICTED = "contradicted", "contradicted"  # it stays, and the file says a third thing


CHANGE_NOTHING = frozenset({ChangeKind.MISSING.value, ChangeKind.KEPT.value})
WORDS_OF_PERSONS = (ChangeKind.KEPT, ChangeKind.CONTRADICTED)


class StagedChange(models.Model):
    """One difference between a staged file and the register as it was compared."""

    staged = models.ForeignKey(StagedImport, on_delete=models.CASCADE, related_name="changes")
    ordinal = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    what = models.CharField(max_length=40)  # type of object, as the log names it
    code = models.CharField(max_length=300)
    name = models.CharField(max_length=300)
    field = models.CharField(max_length=60)
    before = models.JSONField()  # list of texts: several where sources differ
    after = models.JSONField()
    # Whose word stays, and since when.
    said_by = models.CharField(max_length=300, blank=True, default="")
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["staged", "ordinal"], name="change_once_in_its_place"),
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="change_kind_is_known"
            ),
        ]
        indexes = [models.Index(fields=["staged", "kind", "what"], name="change_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.code}"


class RememberedForm(models.Model):
    """What somebody said that the columns of a form are; `form` is the digest of its headings."""

    form = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.form[:12]
