"""What a station depends on, said as a nested list."""

import pytest

from pollready.console.needs import NeedsReader
from pollready.engine.expression import parse
from pollready.register.veil import Veil, masked

KINDS = {"EX-04": ("exchange", "Main exchange"), "FD-17": ("feeder", "")}


def outline(text: str, *, hidden=None) -> object:
    def lines(need):
        words = f"{need.words} {need.code}".strip()
        return (words, [lines(part) for part in need.parts]) if need.joint else words

    return lines(NeedsReader(KINDS, Veil(hidden), "en").read(parse(text)))


def test_and_or_and_how_many_of_become_joints():
    assert outline("FD-17 & (EX-04 | 0142/link-2) & 2 of (0142/devices, FD-17, EX-04)") == (
        "All of these:",
        [
            "feeder FD-17",
            (
                "At least one of these:",
                [
                    "exchange “Main exchange” EX-04",
                    "operator 2 (what lies above is not recorded)",
                ],
            ),
            (
                "At least 2 of these:",
                [
                    "the station's identity devices",
                    "feeder FD-17",
                    "exchange “Main exchange” EX-04",
                ],
            ),
        ],
    )


def test_a_ride_says_for_how_long_and_by_what():
    assert outline("ride(FD-17, 4h, 0142/battery)") == (
        "At least one of these:",
        ["feeder FD-17", ("For 4 hours after an outage, while this works:", ["battery"])],
    )


def test_a_stop_s_own_part_names_the_stop():
    assert outline("0142/stop-2/link-1") == (
        "At stop 2: operator 1 (what lies above is not recorded)"
    )


def test_masked_needs_keep_the_kind_and_lose_code_and_name():
    assert outline("EX-04", hidden={"EX-04": "EX-04"}) == f"exchange {masked('EX-04')}"


@pytest.mark.parametrize("hidden", [None, {}])
def test_a_component_that_nobody_recorded_is_said_to_be_so(hidden):
    shown = "TX-9" if hidden is None else masked("TX-9")
    assert outline("0142/TX-9", hidden=hidden) == f"a component that nobody recorded {shown}"
