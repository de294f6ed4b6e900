"""What law or a decision demands of a person, an agency or an office."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.audit.versions import Versioned
from pollready.people.models import Person, Role
from pollready.places.models import Agency, ElectionRound, Listing
from pollready.register.models import Component, Source


class Covers(models.TextChoices):
    """What a duty is about: its owner alone, or objects of the register."""

    OWNER = "owner", "owner"
    STATIONS = "stations", "stations"
    COMPONENTS = "components", "components"


class Proof(models.TextChoices):
    """What shows that a duty is done at an object."""

    DECLARED = "declared", "declared"  # its owner says so, with evidence
    CRITERION = "criterion", "criterion"  # one of the ten of a station
    FIELD = "field", "field"  # a column of the register is filled in, and nobody contradicts it
    OBSTACLE = "obstacle", "obstacle"  # a rule no longer finds its obstacle at a station


class Duty(Classified, Versioned):
    """A duty with its legal basis, its owner, and its deadline (`T-2`, `T-1 18:00`, a gate).

    Lists bring duties of persons, with what they say of evidence; the office enters those of
    agencies and offices, with the objects covered (a list's filter) and what proves them done.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="duties"
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    office = models.CharField(max_length=30, blank=True)  # a role, such as governor
    text = models.CharField(max_length=500)
    details = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    letter_no = models.CharField(max_length=60, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    deadline = models.CharField(max_length=40, blank=True)
    covers = models.CharField(max_length=12, choices=Covers.choices, default=Covers.OWNER)
    query = models.CharField(max_length=1000, blank=True)
    proof = models.CharField(max_length=12, choices=Proof.choices, default=Proof.DECLARED)
    proof_of = models.CharField(max_length=60, blank=True)  # which criterion, field or rule
    evidence = models.CharField(max_length=300, blank=True)  # what a list says was handed in
    evidence_needed = models.CharField(max_length=300, blank=True)
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "text"], name="duty_once_a_person"),
            models.UniqueConstraint(
                fields=["round", "agency", "text"],
                condition=Q(ended_at=None),
                name="duty_once_an_agency",
            ),
            models.UniqueConstraint(
                fields=["round", "office", "text"],
                condition=Q(ended_at=None) & ~Q(office=""),
                name="duty_once_an_office",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, agency=None, office="")
                | Q(person=None, agency__isnull=False, office="")
                | Q(person=None, agency=None, office__in=Role.values),
                name="duty_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(source__isnull=False),
                name="duty_of_a_person_has_a_source",
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False) | Q(made_by__isnull=False, made_at__isnull=False),
                name="duty_is_of_a_list_or_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(covers__in=Covers.values, proof__in=Proof.values),
                name="duty_covers_and_proof_are_known",
            ),
            models.CheckConstraint(
                condition=Q(proof=Proof.DECLARED, proof_of="")
                | (~Q(proof=Proof.DECLARED) & ~Q(proof_of="")),
                name="duty_says_what_proves_it",
            ),
            models.CheckConstraint(condition=IS_CLASS, name="duty_class_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(end_reason=""), name="duty_ends_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class DutyProof(models.Model):
    """That a duty is done, at one object or as a whole: who says so, when, by what evidence.

    The headquarters may hand it back with a reason; then the duty is open there again.
    """

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="proofs")
    listing = models.ForeignKey(
        Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    done_date = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    letter_no = models.CharField(max_length=60, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back, or handed back
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(listing=None) | Q(component=None), name="duty_proof_is_of_one_object"
            ),
            models.UniqueConstraint(
                fields=["duty", "listing"],
                condition=Q(ended_at=None, listing__isnull=False),
                name="duty_proven_once_a_station",
            ),
            models.UniqueConstraint(
                fields=["duty", "component"],
                condition=Q(ended_at=None, component__isnull=False),
                name="duty_proven_once_a_component",
            ),
            models.UniqueConstraint(
                fields=["duty"],
                condition=Q(ended_at=None, listing=None, component=None),
                name="duty_proven_once_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="duty_proof_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}: {self.done_date}"
