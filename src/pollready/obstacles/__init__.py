"""Obstacles: rules over what is known, findings, and the causes that gather them."""

from pollready.obstacles.catalogue import run_rules
from pollready.obstacles.causes import group

__all__ = ["group", "run_rules"]
