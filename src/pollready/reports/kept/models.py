"""A status report as it was handed out, with all that it was made from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import Agency, ElectionRound, Place


class ReportKind(models.TextChoices):
    """Whose stations a report counts."""

    PROVINCIAL = "provincial", "provincial"
    COUNTY = "county", "county"
    AGENCY = "agency", "agency"
    NATIONAL = "national", "national"  # rolled up from the packages of provinces


class KeptReport(Classified):
    """A report of what was recorded by a moment. Once written, the database lets no row change.

    `data` is the canonical JSON (packed) of which `data_sha256` is the digest; `batch` and
    `batch_hash` name the state of the log, and so of the register, from which it was made.
    """

    number = models.CharField(max_length=40)  # day and fingerprint: the same data, the same one
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    round = models.ForeignKey(ElectionRound, on_delete=models.PROTECT, related_name="reports")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    as_of = models.DateTimeField()  # what was recorded by then
    as_of_date = models.DateField()  # the day that it speaks of
    language = models.CharField(max_length=5)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reports"
    )
    made_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=200, blank=True)  # as it stands above the signature
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next"
    )
    batch = models.PositiveBigIntegerField()
    batch_hash = models.CharField(max_length=64, blank=True)
    program = models.CharField(max_length=40)  # the version that made it
    data = models.BinaryField()
    data_sha256 = models.CharField(max_length=64)
    headline = models.JSONField()  # the few figures that lists show, out of the data

    class Meta:
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="report_class_is_known"),
            models.CheckConstraint(
                condition=Q(kind="county", place__isnull=False, agency__isnull=True)
                | Q(kind="agency", place__isnull=True, agency__isnull=False)
                | Q(kind__in=("provincial", "national"), place__isnull=True, agency__isnull=True),
                name="report_is_of_what_its_kind_says",
            ),
        ]
        indexes = [models.Index(fields=["round", "kind", "as_of"], name="report_by_round")]

    def __str__(self) -> str:
        return self.number


class KeptFile(models.Model):
    """A file of a report as it was handed out."""

    report = models.ForeignKey(KeptReport, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    classification = models.PositiveSmallIntegerField()
    with_names = models.BooleanField(default=False)  # of what lies upstream: the annex

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "name"], name="file_once_in_a_report")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """Name the file without its dots, as phrases do: report_pdf; a form is but a form."""
        return "form" if self.name.startswith("form-") else self.name.replace(".", "_")

    @property
    def kilobytes(self) -> int:
        """Give its size in whole kilobytes, at least one."""
        return max(1, round(self.size / 1024))


class ReportForm(models.Model):
    """An office's own workbook, to be filled in; the newest of a name stands."""

    name = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    mapping = models.TextField(blank=True)  # TOML: cell or named range -> figure
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_forms"
    )
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at=None), name="form_once_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
