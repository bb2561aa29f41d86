"""Memory that lives through a reset: what is in it is believed only when it checks."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import Machine, load

retained = load("retained")


def test_texts_live_through_a_reset():
    machine = Machine()
    first = retained.Retained(machine.memory)
    assert first.read("a") is None
    assert first.write("a", "one") and first.write("b", "zwei ü") and first.write("a", "uno")
    again = retained.Retained(machine.memory)
    assert (again.read("a"), again.read("b"), again.read("c")) == ("uno", "zwei ü", None)


def test_it_can_be_forgotten():
    machine = Machine()
    first = retained.Retained(machine.memory)
    first.write("a", "one")
    first.clear()
    assert first.read("a") is None and retained.Retained(machine.memory).read("a") is None
    assert first.write("a", "two") and retained.Retained(machine.memory).read("a") == "two"


def test_what_the_power_left_there_is_not_believed():
    machine = Machine()
    retained.Retained(machine.memory).write("a", "one")
    good = machine.retained
    for bad in (
        b"",
        b"L",
        bytes(2000),
        b"\xff" * 2000,
        good[:-1],
        good + b"x",
        b"X" + good[1:],
        good[:9] + b"?" + good[10:],
    ):
        machine.retained = bad
        assert retained.Retained(machine.memory).read("a") is None
    # The length is the memory's own.
    machine.retained = good
    assert retained.Retained(machine.memory).read("a") == "one"


def test_what_does_not_fit_costs_nothing_that_did():
    machine = Machine()
    memory = retained.Retained(machine.memory)
    assert memory.write("a", "x" * 900) and memory.write("b", "y" * 900)
    assert not memory.write("c", "z" * 900)
    assert len(machine.retained) <= 2000
    again = retained.Retained(machine.memory)
    assert again.read("a") == "x" * 900 and again.read("b") == "y" * 900 and again.read("c") is None
