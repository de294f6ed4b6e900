"""Every command of the log is named in both languages, and leaves the register or does not."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

import pollready
from pollready.audit.commands import record
from pollready.audit.version import LEAVES_REGISTER, register_version
from pollready.language.catalogue import area

PACKAGE = Path(pollready.__file__).parent
# As commands are recorded: by name, or by a helper of their module (which may take the row first).
RECORDED = re.compile(r'''(?:command=|_log\(|_record\((?:[a-z]+, )?)"(?:[a-z]+\.)?([a-z_]+)"''')


def recorded() -> set[str]:
    return {
        command for file in PACKAGE.rglob("*.py") for command in RECORDED.findall(file.read_text())
    }


def test_every_command_that_is_recorded_has_its_words():
    commands = recorded()
    named = {key.rpartition(".")[2] for key in area("correct") if "correct.command." in key}
    assert len(commands) > 30
    assert commands - named == set()


def test_what_leaves_the_register_as_it_is_are_commands_that_there_are():
    assert set(LEAVES_REGISTER) - recorded() == set()


@pytest.mark.django_db
def test_signing_in_leaves_what_is_kept_and_importing_does_not():
    def log(command: str) -> int:
        with transaction.atomic():
            record(actor="somebody", command=command, now=datetime.now(UTC), entries=[])
        return register_version()

    before = log("intake.import_file")
    assert log("sign_in") == before
    assert log("intake.import_file") > before
