"""What a rollout shows: bars that fit, reasons, plain lines for where no terminal is."""

from io import StringIO

import pytest
from rich.console import Console

from lumbus.rollout.course import Course, Rules
from lumbus.rollout.member import Member
from lumbus.rollout.screen import LiveScreen, PlainScreen
from lumbus.rollout.words import conclusion, reasons


def course() -> Course:
    members = [Member("first", 0, "healthy")]
    members += [Member(f"cellar-{number:02}", 1, "healthy") for number in range(20)]
    members += [Member(f"attic-{number:02}", 1, "fetching", None, 512 * number, 10_000) for number in range(10)]
    members += [Member("trial-1", 1, "trial"), Member("trial-2", 1, "trial")]
    members += [Member(f"bad-{number}", 1, "rolled_back", "no meter was read within 900 s") for number in range(5)]
    members += [Member("roof", 1, "refused", "the flash is full"), *(Member(f"w{n}", 1) for n in range(2))]
    members += [Member(f"late-{number:03}", 2) for number in range(120)]
    made = Course("0" * 16, 1000, members, Rules(), lambda name: 0, lambda name: None, lambda member: None)
    made.begin(1, 0)
    return made


def drawn(screen: LiveScreen, width: int, height: int) -> list[str]:
    screen._out = Console(width=width, height=height, file=StringIO(), highlight=False, markup=False)
    with screen._out.capture() as capture:
        screen._out.print(screen.drawn())
    return [line.rstrip() for line in capture.get().splitlines()]


@pytest.mark.parametrize("width", [64, 80, 120])
def test_the_bars_and_who_is_busy_fit(width):
    lines = drawn(LiveScreen(course()), width, 24)
    assert all(len(line) <= width for line in lines) and len(lines) <= 24
    assert lines[1].split() == ["wave", "1", "█" * 24, "1/1", "1", "healthy"]
    # 20 healthy, 6 not, 2 on trial, 10 fetching, 2 waiting.
    assert lines[2].split()[2:4] == ["█" * 12 + "✗" * 3 + "▓" * 1 + "░" * 6 + "·" * 2, "26/40"]
    assert "·" * 24 + "  0/120" in "\n".join(lines)
    assert any(line.startswith("rolling out wave 2") for line in lines)
    told = "\n".join(lines)
    assert "  5 rolled back: no meter was read within 900 s" in told
    assert "attic-09  fetching 46%" in told or "more" in lines[-1]


def test_each_that_there_is_has_a_cell_however_few_they_are():
    few = course()
    for number in range(120, 500):
        few.members[f"late-{number:03}"] = Member(f"late-{number:03}", 2)
    few.members["late-000"].state = "refused"
    line = next(line for line in drawn(LiveScreen(few), 100, 30) if line.startswith("wave 3"))
    assert "✗" + "·" * 23 in line


def test_reasons_are_counted_the_most_frequent_first():
    members = list(course().members.values())
    assert reasons(members, 5) == [
        "5 rolled back: no meter was read within 900 s  (bad-0 bad-1 bad-2 and 2 more)",
        "1 refused: the flash is full  (roof)",
    ]
    assert reasons(members, 1) == ["6 more for other reasons: they are in the state file"]


def test_plain_lines_tell_each_failure_once(capsys):
    made = course()
    screen = PlainScreen(made)
    screen.changed(None)
    for _ in range(2):
        screen.changed(made.members["roof"])
    screen.changed(made.members["cellar-00"])
    screen.beat(1, True)
    screen.beat(1, False)
    screen.beat(60, False)
    lines = [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "rolling out wave 2 (40 gateways)",
        "roof  refused: the flash is full",
        "the broker is away",
        "the broker is back",
        "wave 2: 2 waiting, 10 fetching, 2 on trial, 20 healthy, 5 rolled back, 1 refused",
    ]


def test_the_last_line():
    made = course()
    told = "21 of 161 gateways healthy"
    assert conclusion(made, "the same command") == f"interrupted: {told}; the same command goes on"
    made.phase, made.why = "stopped", "6 of the 40 in wave 2 did not become healthy, more than 5%"
    assert conclusion(made, "the same command").startswith(f"stopped: {made.why}; no other is told. {told}.")
