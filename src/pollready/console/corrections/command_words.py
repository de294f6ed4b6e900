"""Names of the log's commands, and of who gave them."""

from collections.abc import Iterable, Mapping

from pollready.language import UnknownPhrase, isolate, say
from pollready.people.models import User


def command_word(command: str, language: str) -> str:
    """Name a command of the log; one that has no words yet by its own name."""
    try:
        return say(f"correct.command.{command.rpartition('.')[2]}", language)
    except UnknownPhrase:
        return command.replace("_", " ")


def people(usernames: Iterable[str]) -> dict[str, str]:
    """Give the full names of users, where they have one."""
    users = User.objects.filter(username__in=set(usernames))
    return {user.username: user.get_full_name() or user.username for user in users}


def actor_word(actor: str, names: Mapping[str, str], language: str) -> str:
    """Name who gave a command: a user, a part of the installation, or who typed it."""
    if actor in names:
        return names[actor]
    try:
        return say(f"correct.actor.{actor}", language)
    except UnknownPhrase:
        return say("correct.actor_typed", language, login=isolate(actor))
