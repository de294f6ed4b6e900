"""The console as an ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
_django = get_asgi_application()

from pollready.console.bodies import bounded  # noqa: E402  # once Django is set up

application = bounded(_django)
