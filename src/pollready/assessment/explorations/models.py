"""Long answers about failures, kept until the register changes."""

from django.db import models

from pollready.places.models import ElectionRound


class ExplorationKind(models.TextChoices):
    """Which long question about failures was asked."""

    WORST = "worst", "worst"
    DISTRIBUTION = "distribution", "distribution"


class Exploration(models.Model):
    """A question about all failures that takes long, asked once for each version of the register.

    `scope` tells whose stations were counted, `asked` what was asked; both in words of ours. The
    result is empty until the first answer is there; `version` and `ended_at` are the answer's.
    """

    round = models.ForeignKey(ElectionRound, on_delete=models.CASCADE, related_name="explorations")
    kind = models.CharField(max_length=20, choices=ExplorationKind.choices)
    scope = models.CharField(max_length=300)
    asked = models.CharField(max_length=120)
    version = models.PositiveBigIntegerField()  # of the register, as the log numbers it
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "kind", "scope", "asked"], name="exploration_once_asked"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("worst", "distribution")),
                name="exploration_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked}"
