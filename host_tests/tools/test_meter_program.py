"""`lumbus meter`: other people's M-Bus programs can read it over its pseudo-terminal."""

import json
import os
import subprocess
import sys

import meterbus
import pytest
import serial

from mbus.frame import REQ_UD2, SND_NKE, encode_short
from mbus.parse import parse_frame
from mbus.telegram import Telegram


@pytest.fixture
def meter(request):
    """The path of a running simulated meter with the arguments of the test's mark."""
    arguments = getattr(request, "param", [])
    process = subprocess.Popen(
        [sys.executable, "-m", "lumbus", "meter", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.send_signal(2)
    assert process.wait(10) == 0


def line(path: str, baud: int = 2400, timeout: float = 2) -> serial.Serial:
    # A pseudo-terminal drops the parity bit, and then refuses to be set up a second time.
    return serial.Serial(path, baud, 8, "E", 1, timeout=timeout)


@pytest.mark.parametrize("meter", [["--power", "500", "--speed", "40"]], indirect=True)
def test_pymeterbus_reads_it(meter):
    with line(meter) as ser:
        meterbus.send_ping_frame(ser, 49)
        assert meterbus.recv_frame(ser, 1) == b"\xe5"
        meterbus.send_request_frame(ser, 49)
        telegram = meterbus.load(meterbus.recv_frame(ser, meterbus.FRAME_DATA_LENGTH))
    body = json.loads(telegram.to_JSON())["body"]
    assert body["header"]["manufacturer"] == "LUM"
    values = [(r["unit"], r["value"]) for r in body["records"]]
    assert values[0][0] == "MeasureUnit.WH" and values[0][1] >= 1_234_000
    assert ("MeasureUnit.W", 20000) in values
    assert ("MeasureUnit.V", 230) in values


@pytest.mark.parametrize("meter", [["--address", "7", "--baud", "9600", "--profile", "finder-7e23"]], indirect=True)
def test_it_answers_at_its_address_only_and_keeps_the_fcb(meter):
    def ask(control: int, address: int) -> bytes:
        ser.write(encode_short(control, address))
        return ser.read(200)

    with line(meter, 9600, 0.4) as ser:
        assert ask(SND_NKE, 8) == b""
        assert ask(SND_NKE, 7) == b"\xe5"
        first = ask(REQ_UD2 | 0x20, 7)
        assert ask(REQ_UD2 | 0x20, 7) == first, "the same FCB gets the same telegram again"
        second = ask(REQ_UD2, 7)
    numbers = [Telegram(parse_frame(raw)).access_number for raw in (first, second)]
    assert numbers == [1, 2]
    assert Telegram(parse_frame(first)).manufacturer == "FIN"


def test_the_led_file_gets_a_blink_for_each_pulse(tmp_path):
    led = tmp_path / "led"
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "lumbus",
            "meter",
            "--power",
            "450",
            "--speed",
            "40",
            "--led",
            str(led),
            "--seconds",
            "4",
        ],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 0, run.stderr
    # 450 W x 40 at 5000 imp/kWh: 25 pulses a second.
    assert 80 <= os.path.getsize(led) // 8 <= 101
    times = [int.from_bytes(led.read_bytes()[at : at + 8], "little") for at in range(0, os.path.getsize(led), 8)]
    assert times == sorted(times)


def test_a_telegram_takes_its_time_on_the_wire(meter):
    import time

    with line(meter) as ser:
        ser.write(encode_short(REQ_UD2, 49))
        began = time.monotonic()
        raw = ser.read(4)
        raw += ser.read(raw[1] + 2)
        took = time.monotonic() - began
    parse_frame(raw)
    # 11 bits a character at 2400 baud, both ways, and never faster.
    assert took >= (len(raw) + 5 - 1) * 11 / 2400
