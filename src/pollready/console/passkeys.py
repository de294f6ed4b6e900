"""Whether a browser can use passkeys here: they belong to a name reached over HTTPS."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def passkeys_work(request: HttpRequest) -> bool:
    """Say whether this address can hold passkeys; bare numbers and plain HTTP cannot."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return bool(request.is_secure() or settings.SESSION_COOKIE_SECURE)
    return False
