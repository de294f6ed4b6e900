"""Every command of the log is named in both languages."""

import re
from pathlib import Path

import pollready
from pollready.language.catalogue import area

PACKAGE = Path(pollready.__file__).parent
# As commands are recorded: by name, or by a helper of their module.
RECORDED = re.compile(r'''(?:command=|_log\(|_record\()"(?:[a-z]+\.)?([a-z_]+)"''')


def test_every_command_that_is_recorded_has_its_words():
    commands = {
        command for file in PACKAGE.rglob("*.py") for command in RECORDED.findall(file.read_text())
    }
    named = {key.rpartition(".")[2] for key in area("correct") if "correct.command." in key}
    assert len(commands) > 30
    assert commands - named == set()
