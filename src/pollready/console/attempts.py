"""How often an address has tried links that do not let anyone in."""

from django.core.cache import cache
from django.http import HttpRequest

REFUSALS_MAX = 10
WITHIN_S = 300


def has_tried_too_often(request: HttpRequest) -> bool:
    """Say whether the address must wait; who comes from elsewhere need not."""
    return bool(cache.get(_key(request), 0) >= REFUSALS_MAX)


def count_refusal(request: HttpRequest) -> None:
    """Count a link that was refused, for some minutes from the last, whatever process answers."""
    key = _key(request)
    if not cache.add(key, 1, WITHIN_S):
        cache.incr(key)


def _key(request: HttpRequest) -> str:
    return f"refused-links:{request.META.get('REMOTE_ADDR', '').replace(' ', '')}"
