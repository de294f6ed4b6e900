"""Means that agencies pledge, deliver, test, deploy and take back: lots, entries, their proofs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.places.models import Agency, ElectionRound, Place
from pollready.register.corrections.models import WITHDRAWN_FOR_A_REASON, Withdrawable
from pollready.register.models import Source
from pollready.resources.accounts import ACCOUNTS, EntryKind

KINDS = [each.value for each in EntryKind]
ACCOUNT_NAMES = [each.value for each in ACCOUNTS]
KIND_CHOICES = [(name, name) for name in KINDS]
ACCOUNT_CHOICES = [(name, name) for name in ACCOUNT_NAMES]


class ResourceLot(Classified, Versioned):
    """A lot of one kind of means from one agency; counts that are not known are null.

    The counts are those that can be relied on: what its entries come to, and while sources
    differ, the count that promises less (see `resources.balance`).
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="resources")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=80)
    model = models.CharField(max_length=120, blank=True)
    compatible = models.CharField(max_length=300, blank=True)
    serials = models.TextField(blank=True)
    pledged = models.PositiveIntegerField(null=True, blank=True)
    delivered = models.PositiveIntegerField(null=True, blank=True)
    tested = models.PositiveIntegerField(null=True, blank=True)
    deployed = models.PositiveIntegerField(null=True, blank=True)
    # Given back to the agency. Nothing is, until somebody says so: this is what was recorded.
    returned = models.PositiveIntegerField(default=0, db_default=0)
    # In how many of its counts sources differ.
    conflicts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Where it is kept, or to whom it is promised; null where nobody names a county.
    county = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="resources"
    )
    depot = models.CharField(max_length=200, blank=True)
    provisioned = models.BooleanField(null=True)
    custodian = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="resources")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "agency", "kind", "model", "depot", "serials"],
                name="resource_lot_once",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="resource_lot_class_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.agency_id})"


class LotEntry(models.Model):
    """One line of the ledger: what moved, or what somebody counts; never changed, never taken out.

    A movement adds to its account. A count (a list's, a person's) says where the account stands;
    where counts differ, a named person settles on one of them. A correction says how an earlier
    entry should have been, as the difference to it.
    """

    lot = models.ForeignKey(ResourceLot, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=KIND_CHOICES)
    account = models.CharField(max_length=10, choices=ACCOUNT_CHOICES)
    count = models.IntegerField()
    # Who speaks: `list`, `office`, `agency:<key>` or `county:<key>`; of several, one word each.
    speaker = models.CharField(max_length=40)
    chosen = models.CharField(max_length=40, blank=True)  # whose count a settlement is
    county = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # to or for which a movement goes
    happened_date = models.DateField(null=True, blank=True)
    letter_no = models.CharField(max_length=60, blank=True)  # of a letter or a delivery note
    serials = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True)
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=KINDS, account__in=ACCOUNT_NAMES),
                name="lot_entry_kind_and_account_are_known",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=0)
                | Q(kind="correct")
                | Q(kind="return", account="deployed"),
                name="lot_entry_adds_unless_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(kind="correct", corrects__isnull=False)
                | (~Q(kind="correct") & Q(corrects__isnull=True)),
                name="lot_entry_corrects_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["correct", "settle"]) | ~Q(note=""),
                name="lot_entry_has_its_reason",
            ),
            models.CheckConstraint(
                condition=(Q(kind="settle") & ~Q(chosen="")) | (~Q(kind="settle") & Q(chosen="")),
                name="lot_entry_settles_on_a_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.kind} {self.account} {self.count}"


class LotEvidence(Classified, Withdrawable):
    """A delivery note or a letter that shows what an entry says; kept as evidence of claims is."""

    entry = models.ForeignKey(LotEntry, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    mime = models.CharField(max_length=100)
    stored_name = models.CharField(max_length=64)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ["attached_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="lot_evidence_class_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="lot_evidence_is_not_empty"),
            models.CheckConstraint(
                condition=WITHDRAWN_FOR_A_REASON, name="lot_evidence_is_withdrawn_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def was_cleaned(self) -> bool:
        """Whether something was taken out of the file as it came."""
        return self.sha256 != self.received_sha256
