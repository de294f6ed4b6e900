"""`pollready audit` on a register in a file that somebody touched with another program."""

import re
import shutil
import sqlite3

import pytest

LIST = "code,name,county,kind\n001,A,Ahar,fixed\n002,B,Ahar,fixed\n"


@pytest.fixture(scope="module")
def made(runner, tmp_path_factory):
    """A register into which two versions of a list were taken."""
    folder = tmp_path_factory.mktemp("made")
    pollready = runner(folder)
    for text in (LIST, LIST.replace("B", "C")):
        (folder / "list.csv").write_text(text)
        assert pollready("assess", "list.csv", "--data", "data").returncode == 0
    return folder / "data"


@pytest.fixture
def register(made, tmp_path):
    """A copy of it, to be touched."""
    (tmp_path / "list.csv").write_text(LIST)
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data" / "register.sqlite3"


def touch(register, *statements: str) -> None:
    """Change the file with the triggers of the log out of the way."""
    with sqlite3.connect(register) as database:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
    database.close()


def test_a_log_cut_at_its_end_is_found_and_a_backup_can_be_accepted(pollready, register):
    done = pollready("audit", "verify", "--data", "data", "--language", "en")
    kept = re.search(r"4:[0-9a-f]{64}", done.stdout)
    assert (done.returncode, bool(kept)) == (0, True)
    touch(
        register,
        "DELETE FROM pollready_auditentry WHERE batch_id = 4",
        "DELETE FROM pollready_auditbatch WHERE number = 4",
    )
    for language, words in (("fa", "بریده شده"), ("en", "cut off: batch 4")):
        done = pollready("audit", "verify", "--data", "data", "--language", language)
        assert (done.returncode, words in done.stdout) == (1, True)
    assert pollready("audit", "accept", "--data", "data").returncode == 2
    done = pollready("audit", "accept", "--data", "data", "--reason", "backup", "--language", "en")
    assert done.returncode == 0
    done = pollready("audit", "verify", "--data", "data", "--kept", kept.group())
    assert done.returncode == 1  # what was kept elsewhere is not accepted away


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pollready_auditentry SET after = '{}' WHERE batch_id = 1 AND ordinal = 1",
        "DELETE FROM pollready_auditentry WHERE batch_id = 1 AND ordinal = 1",
        "INSERT INTO pollready_auditentry (batch_id, ordinal, object_type, object_id) "
        "VALUES (1, 999, 'station', 'x')",
        "INSERT INTO pollready_auditentry (batch_id, ordinal, object_type, object_id) "
        "VALUES (999, 0, 'station', 'x')",
        "DELETE FROM pollready_auditbatch WHERE number = 2",
        "UPDATE pollready_auditbatch SET actor = 'x' WHERE number = 3",
        "UPDATE pollready_auditbatch SET number = number + 1 WHERE number = 4",
    ],
)
def test_whatever_is_done_to_the_file_is_found(pollready, register, statement):
    touch(register, statement)
    done = pollready("audit", "verify", "--data", "data")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.strip()


def test_verifying_what_is_not_there_makes_no_register(pollready, tmp_path):
    done = pollready("audit", "verify", "--data", "typing-error", "--language", "en")
    assert done.returncode == 1
    assert "There is no register" in done.stderr
    assert not (tmp_path / "typing-error").exists()


def test_nobody_but_its_owner_may_read_a_register(pollready, register):
    assert register.stat().st_mode & 0o077 == 0
    assert register.with_name("register.sqlite3.seal").stat().st_mode & 0o077 == 0


def test_a_kept_register_records_who_had_names_written_and_why(pollready, register, tmp_path):
    done = pollready("assess", "list.csv", "--data", "data", "--reveal", "drill of Monday")
    assert done.returncode == 0
    assert sorted(p.name for p in (tmp_path / "list-report" / "annex").iterdir()) == [
        "annex.pdf",
        "changes.xlsx",
        "complete.xlsx",
        "contingencies.csv",
    ]
    with sqlite3.connect(register) as database:
        last = "SELECT command, reason, actor FROM pollready_auditbatch ORDER BY number DESC"
        command, reason, actor = database.execute(last).fetchone()
    database.close()
    assert (command, reason) == ("reveal_names", "drill of Monday")
    assert actor
    assert pollready("audit", "verify", "--data", "data").returncode == 0


def test_a_temporary_register_records_it_beside_the_annex(pollready, tmp_path):
    (tmp_path / "list.csv").write_text(LIST)
    assert pollready("assess", "list.csv", "--reveal", "drill").returncode == 0
    assert (tmp_path / "list-report" / "annex" / "audit.jsonl").is_file()
    assert list((tmp_path / "tmp").iterdir()) == []
