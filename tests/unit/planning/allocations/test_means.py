"""The table of what means do: read, or refused with everything that is wrong in it."""

import pytest

from pollready.planning.allocations.means import WrongMeans, office_means, read_means


def test_the_table_that_ships_is_sound(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    table = office_means()
    assert {"generator", "terminal", "modem", "identity_device", "technician"} == set(table)
    assert table["modem"].from_agency
    assert all(means.cost > 0 for means in table.values())


def test_an_office_puts_its_own_table_in_place(settings, tmp_path):
    settings.POLLREADY_DATA = tmp_path
    (tmp_path / "means.toml").write_text("[boat]\nstation = { satellite = true }\n", "utf-8")
    assert list(office_means()) == ["boat"]


def test_everything_that_is_wrong_is_named_at_once():
    text = """
    [generator]
    station = { generator_h = -1, wings = true }
    at = ["castle"]
    cost = "dear"
    colour = "red"
    [terminal]
    station = { satellite = false }
    [technician]
    station = { repair_h = 0 }
    [nothing]
    """
    with pytest.raises(WrongMeans) as wrong:
        read_means(text, "means.toml")
    told = " ".join(wrong.value.fields["wrong"])
    for word in ("generator_h = -1", "wings", "castle", "dear", "colour", "[nothing] station",
                 "satellite = False", "repair_h = 0"):  # fmt: skip
        assert word in told


def test_a_file_that_is_no_toml_says_where():
    with pytest.raises(WrongMeans, match="line 1"):
        read_means("generator: yes", "means.toml")
