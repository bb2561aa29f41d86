"""`lumbus scan` on a bus of simulated meters: whom it finds, what it says of collisions, how it ends."""

import json
import os
import subprocess
import sys

import pytest
from ptybus import BAUD, Run, Terminal, meters

from lumbus import scan
from mbus.errors import DamagedReply
from mbus.frame import encode_long
from mbus.parse import parse_frame
from mbus.telegram import Telegram
from mbus.timing import BAUD_RATES
from mbus_service.encode import encode_header
from mbus_service.search import Found

FOUR = ["m1pro40@1", "heat@3", "m1pro40@4:77777770", "finder-7e23@5:77777771"]
SECONDARIES = ["16250476ad320102", "41000318ad320104", "77777770ad320102", "777777712e192302"]


def run_scan(capsys, wire, *arguments, baud=BAUD):
    return Run(capsys, "scan", wire.path, "--baud", baud, *arguments)


def objects(run) -> list[dict]:
    return [json.loads(line) for line in run.out.splitlines()]


def test_by_primary_address(capsys):
    with meters(*FOUR) as wire:
        run = run_scan(capsys, wire, "--first", 3, "--last", 5)
    assert run.code == 0
    assert [line.split() for line in run.out.splitlines()] == [
        ["3", SECONDARIES[1], "LUM", "heat_outlet"],
        ["4", SECONDARIES[2], "LUM", "electricity"],
        ["5", SECONDARIES[3], "FIN", "electricity"],
    ]
    assert run.complaint.startswith("3 meters found in ") and run.complaint.endswith(" at 9600 baud")


def test_one_json_object_a_line(capsys):
    with meters(*FOUR) as wire:
        run = run_scan(capsys, wire, "--first", 3, "--last", 3, "--json")
    (one,) = objects(run)
    assert one == {
        "address": 3,
        "secondary": SECONDARIES[1],
        "identification": "41000318",
        "manufacturer": "LUM",
        "version": 1,
        "medium": "heat_outlet",
        "baud": 9600,
        "damage": None,
    }


def test_by_secondary_address_to_the_last_digit(capsys):
    with meters(*FOUR) as wire:
        run = run_scan(capsys, wire, "--secondary", "7777777F", "--json")
    assert (run.code, [one["secondary"] for one in objects(run)]) == (0, SECONDARIES[2:])
    assert [one["address"] for one in objects(run)] == [4, 5]


def test_by_secondary_address_without_a_mask(capsys):
    with meters("water-fixed@1") as wire:
        run = run_scan(capsys, wire, "--secondary")
    assert (run.code, run.out.split()) == (0, ["1", "50220719ffffffff", "–", "water"])


def test_nobody_is_found(capsys):
    with meters("m1pro40@1") as wire:
        run = run_scan(capsys, wire, "--first", 2, "--last", 2)
        other = run_scan(capsys, wire, "--secondary", "99999999")
    assert (run.code, run.out, other.code) == (3, "", 3)
    assert "no meters found" in run.complaint and "--baud auto" in run.complaint


def test_several_at_one_address_are_told_with_their_bytes(capsys):
    with meters("m1pro40@1", "heat@1", "m1pro40@2") as wire:
        run = run_scan(capsys, wire, "--first", 1, "--last", 2)
    first, second = run.out.splitlines()
    assert run.code == 1
    where, _, raw = first.rpartition(": ")
    assert where.split()[0] == "1" and "looks like" in where
    assert len(bytes.fromhex(raw)) > 1
    assert second.split()[:2] == ["2", "16250477ad320102"]
    assert "that cannot be read alone" in run.complaint


def test_every_rate_is_tried(capsys, monkeypatch):
    monkeypatch.setattr(scan, "_IN_ORDER", (4800, 9600))
    with meters("m1pro40@1") as wire:
        run = run_scan(capsys, wire, "--last", 1, "--json", baud="auto")
    assert run.code == 0
    assert [(one["address"], one["baud"]) for one in objects(run)] == [(1, 9600)]
    assert run.complaint.endswith("searched at 9600 baud")


def test_nothing_is_heard_at_any_rate(capsys, monkeypatch):
    monkeypatch.setattr(scan, "_IN_ORDER", (4800,))
    with meters("m1pro40@1") as wire:
        run = run_scan(capsys, wire, baud="auto")
    assert run.code == 3
    assert "nothing was heard" in run.complaint


def test_every_rate_of_the_line_is_among_those_tried():
    assert sorted(scan._IN_ORDER) == sorted(BAUD_RATES)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--first", "5", "--last", "4"],
        ["--last", "251"],
        ["--secondary", "7F", "--first", "1"],
        ["--secondary", "77777777", "--first", "1"],
        ["--baud", "automatic"],
    ],
    ids=" ".join,
)
def test_wrong_usage_sends_nothing(capsys, arguments):
    with meters("m1pro40@1") as wire:
        run = Run(capsys, "scan", wire.path, *arguments)
        assert wire.requests == 0
    assert (run.code, run.out) == (2, "")


def test_what_the_lines_say_of_what_is_no_plain_meter():
    header = encode_header(bytes.fromhex("12345678ad320102"), 1)
    telegram = Telegram(parse_frame(encode_long(8, 7, 0x72, header)))
    dumb = scan.as_text(Found(9))
    assert dumb.split()[0] == "9" and "cannot be decoded" in dumb
    silent = scan.as_text(Found(None, DamagedReply(253, 0), "7777777fffffffff"))
    assert "7777777fffffffff" in silent and "acknowledged, but" in silent
    both = scan.as_text(Found(7, DamagedReply(7, 2, b"\x68\x1f"), "x", telegram))
    assert "electricity" in both and both.endswith("68 1f")
    assert scan.as_json(Found(7, DamagedReply(7, 2, b"\x68\x1f"), "x", telegram), 300)["damage"]["raw"] == "681f"


def test_on_a_terminal_there_is_a_bar_and_it_is_wiped_away():
    with meters("m1pro40@0", "heat@2") as wire:
        terminal = Terminal("scan", wire.path, "--baud", BAUD, "--last", 3)
        terminal.expect("9600 baud")
        assert terminal.end() == 0
    assert "address 1" in terminal.shown
    assert "41000318ad320104  LUM  heat_outlet\n" in terminal.shown
    # The cursor is hidden while there is a bar.
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.rindex("\x1b[?25l")
    assert "2 meters found" in terminal.shown.rpartition("\x1b[?25h")[2]


def test_results_in_a_pipe_are_one_line_each_and_no_bar_is_drawn():
    with meters("m1pro40@0", "heat@0") as wire:
        run = subprocess.run(
            [sys.executable, "-m", "lumbus", "scan", wire.path, "--baud", str(BAUD), "--last", "0"],
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "COLUMNS": "40"},
        )
    assert run.returncode == 1
    assert len(run.stdout.splitlines()) == 1 and "\x1b" not in run.stdout + run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_ctrl_c_ends_it_and_leaves_the_terminal_in_order():
    with meters("m1pro40@0") as wire:
        terminal = Terminal("scan", wire.path, "--baud", BAUD)
        terminal.expect("16250476ad320102")
        terminal.send("\x03")
        assert terminal.end() == 130
    rest = terminal.shown.rpartition("\x1b[?25h")[2]
    assert "lumbus scan: interrupted" in rest
    assert "before that 1 meter found" in rest
    assert "Traceback" not in terminal.shown


def test_a_reader_that_goes_away_ends_it():
    with meters("m1pro40@0") as wire:
        process = subprocess.Popen(
            [sys.executable, "-m", "lumbus", "scan", wire.path, "--baud", str(BAUD), "--first", "0", "--last", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        assert process.wait(30) != 0
    assert said == b""
