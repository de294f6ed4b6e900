"""A wrong setting stops every command with one sentence that says what was expected."""

import pytest

WRONG = [
    ("POLLREADY_DATABASE", "postgresql://me:hunter2@h:port/name"),
    ("POLLREADY_DATABASE", "postgresql://me:hunter2@127.0.0.1:1/name"),
    ("POLLREADY_SECRET_KEY", "hunter2"),
    ("POLLREADY_SECRET_KEY_FILE", "/no/such/file"),
    ("POLLREADY_HOSTS", "*"),
    ("POLLREADY_CEILING", "9"),
    ("POLLREADY_DATA", "{file}"),
]


@pytest.mark.parametrize("command", [("assess", "list.csv"), ("serve",)])
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_one_sentence(pollready, tmp_path, command, name, value):
    (tmp_path / "list.csv").write_text("code,name,county,kind\n1,A,Ahar,fixed\n")
    value = value.replace("{file}", str(tmp_path / "list.csv"))
    if command[0] == "assess" and name == "POLLREADY_DATABASE":
        return  # a temporary register has a database of its own
    done = pollready(*command, "--language", "en", **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "Something unexpected" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_file_that_is_no_register_is_one_sentence(pollready, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "register.sqlite3").write_text("no database at all" * 100)
    done = pollready("serve", "--data", "data", "--language", "en")
    assert done.returncode == 2
    assert "no register of PollReady" in done.stderr
