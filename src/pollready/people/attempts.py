"""Counts of attempts at signing in, shared by all processes of an installation."""

from django.db import models


class SharedCount(models.Model):
    """A value of the shared cache, which Django's own database cache reads and writes.

    Codes of the second step, passkeys and one-time links are counted in it: a limit that each
    process kept for itself would grow with their number, and be forgotten at every start.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "pollready_shared_count"

    def __str__(self) -> str:
        return self.cache_key
