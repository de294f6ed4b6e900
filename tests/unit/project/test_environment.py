"""Settings are read from the environment, and a wrong one says what was expected."""

import stat

import pytest

from pollready.language import message
from pollready.people.models import Role
from pollready.project.environment import (
    SECOND_STEP,
    WrongSetting,
    _machine_zone,
    read_environment,
)

SECRET = "of the office, and of nobody else"


def test_a_bare_environment_keeps_its_register_in_the_data_folder(tmp_path):
    environment = read_environment({"POLLREADY_DATA": str(tmp_path)})
    assert environment.database["NAME"] == str(tmp_path / "register.sqlite3")
    assert environment.hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (environment.debug, environment.https, environment.ceiling) == (False, False, 1)


def test_elevation_tiles_stand_with_the_data_unless_a_folder_is_named(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    assert read_environment(values).terrain == tmp_path / "terrain"
    (tmp_path / "tiles").mkdir()
    named = values | {"POLLREADY_TERRAIN": str(tmp_path / "tiles")}
    assert read_environment(named).terrain == tmp_path / "tiles"


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    first, second = read_environment(values), read_environment(values)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_second_step_is_asked_of_those_who_may_see_names_unless_it_is_set(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    assert read_environment(values).second_step == {"names"}
    for said, asked in (
        ("none", set()),
        ("all", {"all"}),
        ("names, secretary", {"names", "secretary"}),
    ):
        assert read_environment(values | {"POLLREADY_SECOND_STEP": said}).second_step == asked


def test_roles_of_the_setting_are_those_of_the_people():
    assert set(Role.values) | {"none", "names", "all"} == SECOND_STEP


def test_a_secret_file_is_read(tmp_path):
    file = tmp_path / "s"
    file.write_text(f"{SECRET}\n")
    values = {"POLLREADY_DATA": str(tmp_path), "POLLREADY_SECRET_KEY_FILE": str(file)}
    assert read_environment(values).secret_key == SECRET


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


WRONG = [
    ("POLLREADY_SECOND_STEP", "governors"),
    ("POLLREADY_SECOND_STEP", "none,all"),
    ("POLLREADY_DATA", "{file}"),
    ("POLLREADY_DATA", "{file}/below"),
    ("POLLREADY_DATABASE", "mysql://x/y"),
    ("POLLREADY_DATABASE", "postgresql://h:port/name"),
    ("POLLREADY_DATABASE", "postgresql://h:99999/name"),
    ("POLLREADY_DATABASE", "postgresql://h"),
    ("POLLREADY_DATABASE", "postgresql://[h/name"),
    ("POLLREADY_DATABASE", "postgresql://h/name?ssl=on"),
    ("POLLREADY_DATABASE_FILE", "/no/such/file"),
    ("POLLREADY_DATABASE_FILE", "{empty}"),
    ("POLLREADY_SECRET_KEY", "short"),
    ("POLLREADY_SECRET_KEY", " " * 40),
    ("POLLREADY_SECRET_KEY_FILE", "/no/such/file"),
    ("POLLREADY_SECRET_KEY_FILE", "{folder}"),
    ("POLLREADY_SECRET_KEY_FILE", "{empty}"),
    ("POLLREADY_SECRET_KEY_FILE", "{binary}"),
    ("POLLREADY_DEBUG", "maybe"),
    ("POLLREADY_HTTPS", "true"),
    ("POLLREADY_HOSTS", "*"),
    ("POLLREADY_HOSTS", " , "),
    ("POLLREADY_HOSTS", "https://office.example/"),
    ("POLLREADY_LANGUAGE", "de"),
    ("POLLREADY_CEILING", "9"),
    ("POLLREADY_TERRAIN", "/no/such/folder"),
    ("POLLREADY_TERRAIN", "{file}"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_with_what_was_expected(tmp_path, name, value):
    for file, content in (("file", b"x"), ("empty", b" "), ("binary", b"\xff" * 64)):
        (tmp_path / file).write_bytes(content)
        value = value.replace(f"{{{file}}}", str(tmp_path / file))
    value = value.replace("{folder}", str(tmp_path))
    with pytest.raises(WrongSetting) as wrong:
        read_environment({"POLLREADY_DATA": str(tmp_path), name: value})
    assert wrong.value.fields["name"] == name
    for language, expected in (("fa", "مقدار درست: "), ("en", "expected: ")):
        sentence = message(wrong.value, language)
        assert sentence.partition(expected)[2].strip(" .")
        assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize(
    "address", ["postgresql://me:hunter2@h:port/name", "postgresql//me:hunter2@h/name"]
)
def test_a_wrong_address_of_the_database_does_not_tell_its_password(tmp_path, address):
    with pytest.raises(WrongSetting) as wrong:
        read_environment({"POLLREADY_DATA": str(tmp_path), "POLLREADY_DATABASE": address})
    assert "hunter2" not in message(wrong.value, "en") + str(wrong.value) + repr(wrong.value)


def test_a_wrong_secret_is_not_told(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path), "POLLREADY_SECRET_KEY": "hunter2"}
    with pytest.raises(WrongSetting) as wrong:
        read_environment(values)
    assert "hunter2" not in message(wrong.value, "en") + str(wrong.value)


def test_a_kept_secret_that_was_emptied_is_told(tmp_path):
    (tmp_path / "secret.key").touch()
    with pytest.raises(WrongSetting) as wrong:
        read_environment({"POLLREADY_DATA": str(tmp_path)})
    assert wrong.value.fields["name"] == "secret.key"


def test_the_address_of_the_database_is_read_from_a_file(tmp_path):
    file = tmp_path / "address"
    file.write_text("postgresql://me:p@h/register?sslmode=verify-full&host=/run/pg\n")
    values = {"POLLREADY_DATA": str(tmp_path), "POLLREADY_DATABASE_FILE": str(file)}
    database = read_environment(values).database
    assert (database["NAME"], database["HOST"]) == ("register", "/run/pg")
    assert database["OPTIONS"] == {"sslmode": "verify-full"}


def test_a_register_in_a_file_waits_writes_ahead_and_erases(tmp_path):
    options = read_environment({"POLLREADY_DATA": str(tmp_path)}).database["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        assert f"PRAGMA {pragma};" in options["init_command"]


def test_the_seal_stands_beside_the_register(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    assert read_environment(values).seal == tmp_path / "register.sqlite3.seal"
    values["POLLREADY_DATABASE"] = "postgresql://h/a.b"
    assert read_environment(values).seal == tmp_path / "a-b.seal"


def test_times_are_those_of_the_machine_unless_a_zone_is_named(tmp_path):
    values = {"POLLREADY_DATA": str(tmp_path)}
    assert read_environment(values | {"TZ": ":Europe/Istanbul"}).time_zone == "Europe/Istanbul"
    named = values | {"TZ": "Europe/Istanbul", "POLLREADY_TIME_ZONE": "Asia/Tehran"}
    assert read_environment(named).time_zone == "Asia/Tehran"
    for no_zone in ("Tehran", "..", "/etc/passwd", "Asia"):
        with pytest.raises(WrongSetting) as wrong:
            read_environment(values | {"POLLREADY_TIME_ZONE": no_zone})
        assert "Asia/Tehran" in message(wrong.value, "en")


def test_the_machines_zone_is_read_from_where_its_clock_points(tmp_path):
    clock = tmp_path / "localtime"
    clock.symlink_to("/usr/share/zoneinfo/Asia/Tehran")
    assert _machine_zone(clock) == "Asia/Tehran"
    assert _machine_zone(tmp_path / "none") == ""
