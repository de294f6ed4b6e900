"""The reference page of the rules, written from the catalogue so that it cannot drift."""

from dataclasses import fields

from pollready.language import say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.finding import Rule
from pollready.obstacles.thresholds import Thresholds

_HEADS = {
    "en": ("Obstacles", "Rule", "When", "Severity", "Criterion", "Usual owner", "Remedy",
           "Thresholds", "Threshold", "Default"),
    "fa": ("مانع‌ها و مشکلات", "قاعده", "چه هنگام", "شدت", "معیار", "مسئول معمول", "راه رفع",
           "آستانه‌ها", "آستانه", "پیش‌فرض"),
}  # fmt: skip
_INTRO = {
    "en": "Written by `make docs` from the catalogue of rules; [how rules find obstacles]"
    "(../method/readiness-rules.md).",
    "fa": "این صفحه با `make docs` از فهرست قاعده‌ها نوشته می‌شود.",
}


def render(language: str) -> str:
    """Give the page in one language, as Markdown."""
    head = _HEADS[language]
    lines = [f"# {head[0]}", "", _INTRO[language], ""]
    if language == "fa":
        lines = ['<div dir="rtl">', "", *lines]
    for rule in RULES:
        lines += _section(rule, language, head)
    lines += [f"## {head[7]}", "", f"| {head[8]} | {head[9]} |", "| --- | --- |"]
    lines += [f"| `{field.name}` | {field.default} |" for field in fields(Thresholds)]
    if language == "fa":
        lines += ["", "</div>"]
    return "\n".join(lines) + "\n"


def _section(rule: Rule, language: str, head: tuple[str, ...]) -> list[str]:
    severities = ", ".join(say(f"rule_severity.{s}", language) for s in rule.severities)
    rows = [
        (head[2], say(f"rule.{rule.code}.when", language)),
        (head[3], severities),
        (head[4], str(rule.criterion) if rule.criterion else "-"),
        (head[5], say(f"role.{rule.owner_role}", language)),
        (head[6], say(f"rule.{rule.code}.remedy", language)),
        (head[7], ", ".join(f"`{name}`" for name in rule.thresholds) or "-"),
    ]
    title = f"## {say(f'rule.{rule.code}.title', language)} (`{rule.code}`)"
    return [title, "", *(f"- **{name}:** {text}" for name, text in rows), ""]
