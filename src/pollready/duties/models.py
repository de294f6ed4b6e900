"""What law or a decision demands of a person or an agency."""

from django.db import models

from pollready.people.models import Person
from pollready.places.models import ElectionRound
from pollready.register.models import Source


class Duty(models.Model):
    """A duty with its legal basis and its deadline relative to election day (`T-2`)."""

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="duties")
    text = models.CharField(max_length=500)
    legal_basis = models.CharField(max_length=300, blank=True)
    deadline = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="duties")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "text"], name="duty_once_a_person")
        ]

    def __str__(self) -> str:
        return self.text
