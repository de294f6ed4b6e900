"""Settings are read from the environment, and a wrong one says what was expected."""

import stat

import pytest

from pollready.project.environment import WrongSetting, read_environment


def test_a_bare_environment_keeps_its_register_in_the_data_folder(tmp_path):
    environment = read_environment({"POLLREADY_DATA": str(tmp_path)})
    assert environment.database["NAME"] == str(tmp_path / "register.sqlite3")
    assert environment.hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (environment.debug, environment.https, environment.ceiling) == (False, False, 1)


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    first, second = read_environment(values), read_environment(values)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_secret_file_is_read(tmp_path):
    file = tmp_path / "s"
    file.write_text("of the office\n")
    values = {"POLLREADY_DATA": str(tmp_path), "POLLREADY_SECRET_KEY_FILE": str(file)}
    assert read_environment(values).secret_key == "of the office"


def test_a_postgresql_address_is_taken_apart(tmp_path):
    values = {
        "POLLREADY_DATA": str(tmp_path),
        "POLLREADY_DATABASE": "postgresql://me:p%40ss@db.local:5433/register",
    }
    database = read_environment(values).database
    assert {name: database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "register",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLLREADY_DATABASE", "mysql://x/y"),
        ("POLLREADY_DEBUG", "maybe"),
        ("POLLREADY_LANGUAGE", "de"),
        ("POLLREADY_CEILING", "9"),
        ("POLLREADY_SECRET_KEY_FILE", "/no/such/file"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(tmp_path, name, value):
    with pytest.raises(WrongSetting) as wrong:
        read_environment({"POLLREADY_DATA": str(tmp_path), name: value})
    assert wrong.value.fields["name"] == name
    assert wrong.value.fields["expected"]
