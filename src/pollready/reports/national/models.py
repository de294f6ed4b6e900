"""Keys of provinces that a national installation trusts, and the packages that came from them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pollready.audit.classification import IS_CLASS, Classified
from pollready.places.models import ElectionRound


class TrustedKey(models.Model):
    """A province's public key, whose fingerprint somebody compared by telephone."""

    name = models.CharField(max_length=200)  # of the province or office that signs with it
    public_key = models.CharField(max_length=64)  # hexadecimal
    spoken_with = models.CharField(max_length=200)  # who read the fingerprint out
    trusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trusted_keys"
    )
    trusted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["public_key"], condition=Q(ended_at=None), name="key_trusted_once"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(ended_at=None), name="one_key_a_province"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Package(Classified):
    """A province's package as it came; the newest of each stands, the older ones stay."""

    key = models.ForeignKey(TrustedKey, on_delete=models.PROTECT, related_name="packages")
    round = models.ForeignKey(ElectionRound, on_delete=models.PROTECT, related_name="packages")
    as_of = models.DateTimeField()
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)  # of the file
    manifest = models.JSONField()
    data = models.JSONField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="packages"
    )
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=IS_CLASS, name="package_class_is_known"),
            models.UniqueConstraint(fields=["round", "sha256"], name="package_once_a_round"),
        ]
        indexes = [models.Index(fields=["round", "key", "made_at"], name="package_newest")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.as_of}"
