"""`lumbus set`: what it changes in simulated meters, what it says when they do not take it, and when it asks."""

from datetime import datetime

import pytest
from ptybus import BAUD, Run, Terminal, meters

from lumbus import setting
from mbus.value import date_text
from mbus_service.settings import NotTaken


def run_set(capsys, wire, *arguments, baud=BAUD):
    return Run(capsys, "set", wire.path, "--baud", baud, "--yes", *arguments)


@pytest.mark.parametrize(
    "target", [["--address", "1"], ["--secondary", "16250476"], ["--address", "254"]], ids=" ".join
)
def test_the_primary_address(capsys, target):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, *target, "--new-address", 9)
        assert wire.slaves[0].address == 9
    assert (run.code, run.err) == (0, "")
    assert run.out == "LUM 16250476 (electricity) at address 1: primary address is 9 now\n"


def test_an_address_that_somebody_has_is_not_given_again(capsys):
    with meters("m1pro40@1", "heat@2") as wire:
        run = run_set(capsys, wire, "--address", 1, "--new-address", 2)
        assert [slave.address for slave in wire.slaves] == [1, 2]
    assert (run.code, run.out) == (1, "")
    assert "somebody answers at address 2 already: nothing was set" in run.complaint


def test_an_address_that_the_meter_has_already_needs_no_command(capsys):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, "--address", 1, "--new-address", 1)
    assert run.code == 0 and "already" in run.out


def test_the_identification(capsys):
    with meters("heat@3") as wire:
        run = run_set(capsys, wire, "--address", 3, "--new-identification", "4100039A")
        assert wire.slaves[0].secondary_text == "4100039aad320104"
        assert run.code == 0 and "identification is 4100039A now" in run.out
        run = run_set(capsys, wire, "--secondary", "4100039a", "--new-identification", "00000001ad320204")
        assert wire.slaves[0].secondary_text == "00000001ad320204"
    assert run.code == 0


def test_the_clock(capsys):
    with meters("heat@3") as wire:
        run = run_set(capsys, wire, "--address", 3, "--clock", "2031-02-03T04:05")
        assert (run.code, run.err) == (0, "")
        assert "clock is 2031-02-03T04:05 now" in run.out
        assert clock_of(wire.slaves[0]) in ("2031-02-03T04:05", "2031-02-03T04:06")
        before = datetime.now()
        run = run_set(capsys, wire, "--secondary", "41000318", "--clock", "now")
        assert run.code == 0
        assert f"{before:%Y-%m-%dT%H:%M}" <= clock_of(wire.slaves[0]) <= f"{datetime.now():%Y-%m-%dT%H:%M}"


def clock_of(slave) -> str:
    return date_text(slave.clock.shown()) or ""


def test_a_meter_without_a_clock_may_have_taken_it(capsys):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, "--address", 1, "--clock", "now")
    assert run.code == 1 and "no clock (04 6D)" in run.complaint


@pytest.mark.parametrize("target", [["--address", "1"], ["--secondary", "16250476"]], ids=" ".join)
def test_the_baud_rate(capsys, target):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, *target, "--new-baud", 4800)
        assert (run.code, wire.slaves[0].baud) == (0, 4800)
        assert Run(capsys, "read", wire.path, "--baud", 4800, *target).code == 0


@pytest.mark.parametrize("wish", [("--new-baud", 4800), ("--new-identification", "00000001")])
def test_a_meter_that_is_not_selected_any_more_is_selected_anew(capsys, wish):
    with meters("m1pro40@1") as wire:
        slave = wire.slaves[0]
        inner = slave.answer

        def forgetful(frame):
            said = inner(frame)
            # It has taken what it was told.
            if frame.ci in (0x51, 0xBC):
                slave.selected = False
            return said

        slave.answer = forgetful
        run = run_set(capsys, wire, "--secondary", "16250476", *wish)
    assert (run.code, run.err) == (0, "")


def test_a_rate_that_the_meter_does_not_know_is_not_acknowledged(capsys):
    with meters("m1pro40@1") as wire:
        wire.slaves[0].rates = (300, 2400, 9600)
        run = run_set(capsys, wire, "--address", 1, "--new-baud", 4800)
        assert Run(capsys, "read", wire.path, "--baud", BAUD, "--address", 1).code == 0
    assert (run.code, run.out) == (1, "")
    assert "did not answer this command, though it can be read" in run.complaint


def test_a_locked_meter_is_told_from_one_that_took_it(capsys):
    with meters("heat@3") as wire:
        wire.slaves[0].locked = True
        for wish, found in (
            (["--new-address", "9"], "the primary address 9, but 3 is read back"),
            (["--new-identification", "12345678"], "the identification 12345678, but 41000318ad320104 is read back"),
        ):
            run = run_set(capsys, wire, "--secondary", "41000318", *wish)
            assert (run.code, run.out) == (1, "")
            assert found in run.complaint and "see its manual" in run.complaint
        assert wire.slaves[0].address == 3


def test_a_locked_meter_stays_at_its_rate(capsys):
    with meters("m1pro40@1") as wire:
        wire.slaves[0].locked = True
        run = run_set(capsys, wire, "--address", 1, "--new-baud", 4800)
    assert run.code == 1 and "baud rate 4800, but 9600 is read back" in run.complaint


def test_what_is_not_read_back_says_where_to_look():
    for what, advice in (("address", "lumbus scan"), ("baud rate", "--baud auto"), ("identification", "nothing")):
        assert advice in setting._not_taken(NotTaken(1, what, 5, None))


def test_an_answer_that_cannot_be_decoded_is_not_read_back(capsys):
    with meters("water-fixed@6") as wire:
        run = run_set(capsys, wire, "--address", 6, "--new-identification", "50220720")
    assert run.code == 1
    assert run.complaint.startswith("lumbus set: 50220719 (water) at address 6 acknowledged it, but ")


def test_the_application_is_reset(capsys):
    with meters("three-phase@1") as wire:
        run = run_set(capsys, wire, "--address", 1, "--reset")
    assert (run.code, run.out) == (
        0,
        "LUM 61730044 (electricity) at address 1: the application was reset, and it answers\n",
    )


def test_nobody_there(capsys):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, "--address", 2, "--new-address", 3)
    assert run.code == 3 and "no reply from address 2" in run.complaint


@pytest.mark.parametrize(
    "arguments",
    [
        ["--address", "1"],
        ["--new-address", "2"],
        ["--address", "1", "--new-address", "251"],
        ["--address", "1", "--new-address", "2", "--reset"],
        ["--address", "1", "--new-identification", "1234567F"],
        ["--address", "1", "--clock", "tomorrow"],
        ["--address", "1", "--clock", "2026-02-30T00:00"],
        ["--address", "1", "--clock", "1950-01-01T00:00"],
    ],
    ids=" ".join,
)
def test_wrong_usage_sends_nothing(capsys, arguments):
    with meters("m1pro40@1") as wire:
        run = run_set(capsys, wire, *arguments)
        assert wire.requests == 0
    assert run.code == 2


def test_without_a_terminal_it_wants_a_yes(capsys):
    with meters("m1pro40@1") as wire:
        run = Run(capsys, "set", wire.path, "--address", 1, "--reset", "--baud", BAUD)
        assert wire.requests == 0
    assert run.code == 2 and "add --yes" in run.complaint


@pytest.mark.parametrize(("keys", "code", "address"), [("y\n", 0, 9), ("n\n", 1, 1), ("\n", 1, 1), ("\x04", 1, 1)])
def test_on_a_terminal_it_asks(keys, code, address):
    with meters("m1pro40@1") as wire:
        terminal = Terminal("set", wire.path, "--address", 1, "--new-address", 9, "--baud", BAUD)
        terminal.expect("LUM 16250476 (electricity) at address 1: set the primary address to 9? [y/N] ")
        terminal.send(keys)
        assert terminal.end() == code
        assert wire.slaves[0].address == address
    assert ("nothing was changed" in terminal.shown) == (code == 1)


def test_ctrl_c_at_the_question_changes_nothing():
    with meters("m1pro40@1") as wire:
        terminal = Terminal("set", wire.path, "--address", 1, "--new-address", 9, "--baud", BAUD)
        terminal.expect("[y/N] ")
        terminal.send("\x03")
        assert terminal.end() == 130
        assert wire.slaves[0].address == 1
    assert terminal.shown.endswith("\nlumbus set: interrupted\n")
