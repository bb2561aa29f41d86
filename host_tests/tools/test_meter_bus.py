"""Several simulated meters on one pseudo-terminal, read and selected by pymeterbus's own serial master."""

import json
import os
import subprocess
import sys
import termios
import time

import meterbus
import pytest
import serial

from lumbus.sim.build import build
from mbus.errors import FrameError
from mbus.frame import encode_long, encode_short
from mbus.parse import parse_frame
from mbus.telegram import Telegram

FIVE = ["m1pro40@1", "finder-7e23@2", "heat@3", "m1pro40@4:77777770", "three-phase@5:77777771"]
REQ_UD2 = 0x7B
ACK = b"\xe5"


def options(*specs, baud=9600):
    return [*[word for spec in specs for word in ("--meter", spec)], "--baud", str(baud)]


@pytest.fixture
def bus(request):
    """A serial line at 9600 baud to a running bus with the options of the test's mark."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lumbus", "meter", *request.param],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    path = process.stdout.readline().strip()
    try:
        # No parity: a pseudo-terminal drops the bit, and then refuses to have its time-out changed.
        with serial.Serial(path, 9600, 8, "N", 1, timeout=0.5) as line:
            yield line
    finally:
        process.send_signal(2)
        assert process.wait(10) == 0


def body(raw) -> dict:
    assert raw, f"no whole frame: {raw!r}"
    return json.loads(meterbus.load(raw).to_JSON())["body"]


def read(line, address) -> bytes | bool | None:
    """One reading by pymeterbus: its frame, False for garbage, None for nothing."""
    meterbus.send_ping_frame(line, address)
    assert meterbus.recv_frame(line, 1) == ACK
    meterbus.send_request_frame(line, address)
    return meterbus.recv_frame(line, meterbus.FRAME_DATA_LENGTH)


def select(line, secondary) -> bytes | bool | None:
    """The answer to a selection by pymeterbus."""
    quiet(line)
    meterbus.send_ping_frame(line, 253)
    quiet(line)
    meterbus.send_select_frame(line, secondary)
    return meterbus.recv_frame(line, 1)


def read_selected(line) -> bytes | bool | None:
    meterbus.send_request_frame(line, 253)
    return meterbus.recv_frame(line, meterbus.FRAME_DATA_LENGTH)


def quiet(line) -> bytes:
    """What still comes, until nothing has for 0.15 s."""
    line.timeout, before = 0.15, line.timeout
    raw = b""
    while more := line.read(300):
        raw += more
    line.timeout = before
    return raw


def ask(line, request: bytes) -> bytes:
    """Everything that comes to a request; an answer begins within 90 ms at 9600 baud."""
    line.timeout, before = 0.4, line.timeout
    line.write(request)
    raw = line.read(1)
    line.timeout = before
    return raw and raw + quiet(line)


@pytest.mark.parametrize("bus", [options("m1pro40@1", "finder-7e23@2")], indirect=True)
def test_two_meters_of_different_profiles_are_read_by_primary_address(bus):
    for address, manufacturer, identification in ((1, "LUM", "16250476"), (2, "FIN", "23006207")):
        header = body(read(bus, address))["header"]
        assert header["manufacturer"] == manufacturer
        assert header["identification"].replace(", ", "").replace("0x", "") == identification


@pytest.mark.parametrize("bus", [options(*FIVE)], indirect=True)
def test_each_of_five_is_selected_by_its_secondary_address(bus):
    for secondary, primary in (
        ("16250476ad320102", 1),
        ("230062072e192302", 2),
        ("41000318ad320104", 3),
        ("77777770ad320102", 4),
        ("77777771ad320202", 5),
    ):
        assert select(bus, secondary) == ACK
        telegram = Telegram(parse_frame(read_selected(bus)))
        assert telegram.secondary_address == secondary
        assert telegram.frame.address == primary
    assert select(bus, "16250475ad320102") is None
    assert ask(bus, encode_short(REQ_UD2, 253)) == b"", "who was selected before is not any more"


@pytest.mark.parametrize("bus", [options(*FIVE)], indirect=True)
def test_a_wildcard_selects_who_matches_and_several_collide(bus):
    for wildcard in ("1625ffffffffffff", "1FFFFFFFFFFFFFFF", "ffffffff2e19ffff"):
        assert select(bus, wildcard) == ACK
        assert body(read_selected(bus))["header"]["manufacturer"] in ("LUM", "FIN")
    for prefix in (1, 6, 7):
        # Shifted acknowledges are none to pymeterbus.
        assert select(bus, "77777777"[:prefix] + "F" * (16 - prefix)) is not None
        quiet(bus)
        garbage = ask(bus, encode_short(REQ_UD2, 253))
        assert len(garbage) > 40
        with pytest.raises(FrameError):
            parse_frame(garbage)
    for last in "01":
        assert select(bus, "7777777" + last + "F" * 8) == ACK
        assert read_selected(bus)


@pytest.mark.parametrize("bus", [options("three-phase@5", "water-fixed@6", "gas-msb@7", "heat@8")], indirect=True)
def test_the_other_forms_of_telegrams(bus):
    first = parse_frame(ask(bus, encode_short(REQ_UD2, 5)))
    second = parse_frame(ask(bus, encode_short(REQ_UD2 ^ 0x20, 5)))
    assert [list(Telegram(frame))[-1].more_follow for frame in (first, second)] == [True, False]
    assert len(list(Telegram(second))) == 9
    fixed = parse_frame(ask(bus, encode_short(REQ_UD2, 6)))
    assert (fixed.ci, fixed.data[:4].hex(), len(fixed.data)) == (0x73, "19072250", 16)
    gas = Telegram(parse_frame(ask(bus, encode_short(REQ_UD2, 7))))
    assert (gas.frame.ci, gas.identification, gas.medium) == (0x76, "70418823", "gas")
    assert gas.frame.data[:4].hex() == "70418823"
    heat = Telegram(parse_frame(ask(bus, encode_short(REQ_UD2, 8))))
    functions = {record.function for record in heat}
    assert functions == {0, 1, 2}
    assert {record.storage for record in heat} == {0, 1, 2}


@pytest.mark.parametrize("bus", [options("heat@1", "heat@2")], indirect=True)
def test_two_of_a_kind_have_different_identifications_and_energies(bus):
    frames = [Telegram(parse_frame(ask(bus, encode_short(REQ_UD2, address)))) for address in (1, 2)]
    assert [frame.identification for frame in frames] == ["41000318", "41000319"]
    # A date and time of the computer's.
    now = time.localtime()
    year = next(record.data for record in frames[0] if record.vib == b"\x6d")
    assert year[2] >> 5 | year[3] >> 1 & 0x78 == now.tm_year % 100


@pytest.mark.parametrize("bus", [options("m1pro40@1", "m1pro40@2")], indirect=True)
def test_a_meter_is_set_and_then_found_as_set(bus):
    assert ask(bus, encode_long(0x73, 1, 0x51, b"\x01\x7a\x09")) == ACK
    assert ask(bus, encode_short(0x40, 1)) == b""
    assert ask(bus, encode_short(0x40, 9)) == ACK
    assert ask(bus, encode_long(0x73, 9, 0xBB)) == ACK
    assert ask(bus, encode_short(0x40, 9)) == b"", "it is at 2400 baud"
    assert ask(bus, encode_short(0x40, 2)) == ACK
    bus.baudrate = 2400
    assert ask(bus, encode_short(0x40, 9)) == ACK
    assert ask(bus, encode_short(0x40, 2)) == b""


@pytest.mark.parametrize("bus", [["--baud", "2400"]], indirect=True)
def test_a_meter_hears_its_own_baud_rate_only(bus):
    assert ask(bus, encode_short(0x40, 49)) == b""
    bus.baudrate = 2400
    assert ask(bus, encode_short(0x40, 49)) == ACK


def test_a_program_that_sets_no_rate_gets_the_meters():
    _, wire = build("m1pro40", 49, 300, (150, 0), 1)
    wire.start()
    fd = os.open(wire.path, os.O_RDWR | os.O_NOCTTY)
    try:
        assert termios.tcgetattr(fd)[4:6] == [termios.B300, termios.B300]
    finally:
        os.close(fd)
        wire.stop()


def refusal(*words) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "lumbus", "meter", "--seconds", "1", *words], capture_output=True, text=True, timeout=30
    )
    assert run.returncode == 2 and not run.stdout
    return run.stderr.splitlines()[-1]


def test_what_is_wrong_with_a_meter_is_said_in_one_line():
    for spec, says in (
        ("m1pro40", "PROFILE@ADDRESS"),
        ("m1pro40@1:16250476:2", "PROFILE@ADDRESS"),
        ("m1pro41@1", "no profile 'm1pro41'"),
        ("m1pro40@251", "0...250"),
        ("m1pro40@x", "0...250"),
        ("m1pro40@1:1625047", "8 digits"),
        ("m1pro40@1:1625047F", "8 digits"),
    ):
        said = refusal("--meter", spec)
        assert says in said and repr(spec) in said
    assert "--address" in refusal("--meter", "heat@1", "--address", "2")
    assert "--profile" in refusal("--meter", "heat@1", "--profile", "heat")


def test_it_says_what_hangs_on_the_bus():
    run = subprocess.run(
        [sys.executable, "-m", "lumbus", "meter", "--seconds", "0.1", *options("m1pro40@1", "heat@2:41000399")],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("/dev/")
    lines = [line.split() for line in run.stderr.splitlines()]
    assert lines[0][:2] == ["2", "meters,"]
    assert [(line[0], line[3].rstrip(","), line[-1]) for line in lines[1:]] == [
        ("m1pro40", "1", "16250476ad320102"),
        ("heat", "2", "41000399ad320104"),
    ]
