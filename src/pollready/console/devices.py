"""A browser's own description of itself, in the plain words of a list of devices."""

import re

from pollready.language import UnknownPhrase, say

# In this order: most browsers also call themselves Safari, Chrome or Mozilla.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "windows"),
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Mac OS X|Macintosh", "mac"),
    ("CrOS", "chromebook"),
    ("Linux|X11", "linux"),
)


def device_words(user_agent: str, language: str) -> str:
    """Say which browser on which kind of device; a program that does not tell is unknown."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if not browser and not system:
        return say("account.device.unknown", language)
    return say(
        "account.device.words",
        language,
        browser=browser or say("account.device.browser", language),
        system=_system(system, language),
    )


def _system(name: str, language: str) -> str:
    try:
        return say(f"account.device.system.{name}", language)
    except UnknownPhrase:
        return say("account.device.some", language)


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for sign, name in known if re.search(sign, text)), "")
