"""Addresses of pages that this installation may not have."""

from django.urls import NoReverseMatch, reverse


def named_url(name: str, *arguments: object) -> str:
    """Give the address of a page by its name; empty where there is none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
