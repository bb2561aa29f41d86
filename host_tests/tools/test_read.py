"""`lumbus read` against simulated meters on a pseudo-terminal, and what all commands do about their port."""

import fcntl
import json
import os
import subprocess
import sys

import pytest
from ptybus import BAUD, Run, keep_answers, meters

from lumbus.bus import Bus, Line
from lumbus.decode import decode
from lumbus.sim.misbehave import Damaged, Reports
from lumbus.trouble import Trouble


def read(capsys, wire, *arguments):
    return Run(capsys, "read", wire.path, "--baud", BAUD, *arguments)


@pytest.mark.parametrize(
    "target",
    [
        ["--address", "2"],
        ["--secondary", "23006207"],
        ["--secondary", "230062072E192302"],
        ["--secondary", "2300620Fffffff02"],
    ],
    ids=" ".join,
)
def test_the_json_is_that_of_decode(capsys, target):
    with meters("m1pro40@1", "finder-7e23@2", "heat@3") as wire:
        answers = keep_answers(wire.slaves[1])
        run = read(capsys, wire, "--json", *target)
    assert (run.code, run.err) == (0, "")
    assert json.loads(run.out) == decode(answers[-1])
    assert run.out.count("\n") == 1


def test_the_table_names_the_meter_and_has_its_records(capsys):
    with meters("m1pro40@1") as wire:
        run = read(capsys, wire, "--address", 1)
    assert (run.code, run.err) == (0, "")
    assert "address 1: LUM 16250476, electricity" in run.out
    assert "1234000" in run.out and "230.00" in run.out


def test_whoever_is_there_is_read_at_address_254(capsys):
    with meters("heat@77") as wire:
        run = read(capsys, wire, "--address", 254, "--json")
    assert (run.code, json.loads(run.out)["address"]) == (0, 77)


@pytest.mark.parametrize("target", [["--address", "5"], ["--secondary", "61730044"]], ids=" ".join)
def test_several_telegrams_are_joined(capsys, target):
    with meters("m1pro40@1", "three-phase@5") as wire:
        answers = keep_answers(wire.slaves[1])
        run = read(capsys, wire, *target, "--all", "--json")
    joined = json.loads(run.out)
    assert (run.code, run.err) == (0, "")
    first, second = [decode(answer) for answer in answers if len(answer) > 1][-2:]
    assert joined["records"] == first["records"][:-1] + second["records"]
    assert first["records"][-1]["dib"] == "1f"
    assert not joined["more_records_follow"]
    assert joined["header"] == first["header"]


def test_that_more_follow_is_said_where_they_are_not_read(capsys):
    with meters("three-phase@5") as wire:
        run = read(capsys, wire, "--address", 5, "--json")
    assert run.code == 0
    assert json.loads(run.out)["more_records_follow"]
    assert "--all" in run.complaint


def test_other_forms_of_telegrams_are_read(capsys):
    with meters("water-fixed@6", "gas-msb@7") as wire:
        water = json.loads(read(capsys, wire, "--address", 6, "--json").out)
        all_of_it = json.loads(read(capsys, wire, "--secondary", "50220719", "--all", "--json").out)
        gas = json.loads(read(capsys, wire, "--address", 7, "--json").out)
    assert (water["ci"], len(water["records"]), water["header"]["identification"]) == ("73", 2, "50220719")
    assert all_of_it["records"] == water["records"]
    assert (gas["ci"], gas["header"]["medium"]) == ("76", "gas")


def test_nobody_answers(capsys):
    with meters("m1pro40@1") as wire:
        run = read(capsys, wire, "--address", 2)
        other = read(capsys, wire, "--secondary", "16250477")
    assert (run.code, run.out) == (3, "")
    assert run.complaint.startswith(f"lumbus read: no reply from address 2 at 9600 baud on {wire.path}: ")
    assert f"lumbus scan {wire.path}" in run.complaint
    assert other.code == 3 and "secondary address 16250477" in other.complaint


def test_two_at_one_address_are_told_with_what_was_heard(capsys):
    with meters("m1pro40@1", "heat@1") as wire:
        run = read(capsys, wire, "--address", 1)
    assert (run.code, run.out) == (1, "")
    assert "no valid reply from address 1" in run.complaint
    assert "(heard " in run.complaint


def test_what_cannot_be_decoded_is_told(capsys):
    with meters("m1pro40@1") as wire:
        wire.slaves[0].always = Reports(8)
        run = read(capsys, wire, "--address", 1, "--json")
        table = read(capsys, wire, "--address", 1)
    assert (run.code, table.code) == (1, 1)
    assert json.loads(run.out)["error"]["kind"] == "application"
    assert table.complaint.startswith("address 1: application: ")


def test_a_damaged_answer_is_asked_for_again(capsys):
    with meters("m1pro40@1") as wire:
        wire.slaves[0].faults = [None, Damaged()]
        run = read(capsys, wire, "--address", 1, "--json")
    assert (run.code, run.err) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--address", "1", "--secondary", "12345678"],
        ["--address", "251"],
        ["--address", "-1"],
        ["--secondary", "1234567"],
        ["--secondary", "1234567x"],
        ["--address", "1", "--baud", "1000"],
    ],
    ids=" ".join,
)
def test_wrong_usage_sends_nothing(capsys, arguments):
    with meters("m1pro40@1") as wire:
        run = Run(capsys, "read", wire.path, *arguments)
        assert wire.requests == 0
    assert (run.code, run.out) == (2, "")
    assert run.err.splitlines()[-1].startswith("lumbus read: error: ")


def test_the_exit_codes_are_in_the_help(capsys):
    for command in ("read", "scan", "set", "profile"):
        run = Run(capsys, command, "--help")
        assert run.code == 0
        for code in ("  0  done", "  3  nobody answered", "  130  ended with Ctrl-C"):
            assert code in run.out


# The port, which is the same for all commands.


def test_a_port_that_is_not_there(capsys):
    for command in (["read", "--address", "1"], ["scan"], ["set", "--address", "1", "--reset", "--yes"]):
        run = Run(capsys, command[0], "/dev/ttyNothing", *command[1:])
        assert (run.code, run.out) == (4, "")
        assert run.complaint.startswith(f"lumbus {command[0]}: cannot open the port /dev/ttyNothing: ")
        assert "plugged in" in run.complaint


def test_what_is_no_serial_device(capsys, tmp_path):
    file = tmp_path / "file"
    file.touch()
    for path in (file, tmp_path, "/dev/null", file / "x"):
        run = Run(capsys, "read", path, "--address", 1)
        assert run.code == 4 and "no serial device" in run.complaint, path


def test_no_permission_is_told_with_the_group(capsys, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    with meters("m1pro40@1") as wire:
        monkeypatch.setattr(os, "open", refuse)
        run = read(capsys, wire, "--address", 1)
        monkeypatch.undo()
    assert run.code == 4
    assert "usermod -aG " in run.complaint and "log in again" in run.complaint


def test_a_port_in_use_by_another_program(capsys):
    with meters("m1pro40@1") as wire:
        fd = os.open(wire.path, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            run = read(capsys, wire, "--address", 1)
            assert wire.requests == 0
        finally:
            os.close(fd)
        assert run.code == 4 and "in use by another program" in run.complaint
        assert read(capsys, wire, "--address", 1).code == 0
        with Bus(wire.path, BAUD), pytest.raises(Trouble, match="in use"):
            Line(wire.path, BAUD)


def test_a_port_that_is_unplugged_is_told():
    with meters("m1pro40@1") as wire:
        line = Line(wire.path, BAUD)
        line.write(b"\xe5")
    with pytest.raises(Trouble, match="is lost") as e:
        line.write(b"\xe5")
    line.close()
    assert e.value.code == 4


def test_a_reader_that_goes_away_is_no_traceback():
    with meters("m1pro40@1") as wire:
        process = subprocess.Popen(
            [sys.executable, "-m", "lumbus", "read", wire.path, "--address", "1", "--baud", str(BAUD)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait(30) != 0
    assert said == b""
