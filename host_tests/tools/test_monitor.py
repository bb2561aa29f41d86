"""lumbus monitor: what gateways do, as a table, as lines, as JSON; from the port and through the broker."""

import json
import time
from io import StringIO

import pytest
from doctorstage import DoctorStage, options, until
from needs import require_runtime
from ptybus import Run
from rich.console import Console
from terminal import on_a_terminal

from lumbus.contact.readings import event_words, span
from lumbus.contact.target import parse
from lumbus.demo.stage import BASE
from lumbus.monitor import quiet
from lumbus.monitor.quiet import Elsewhere, words
from lumbus.monitor.screen import PlainScreen, TableScreen
from lumbus.monitor.world import World

METER = "16250476ad320102"
READING = {
    "ts": 1795461463.672,
    "uptime_s": 78203.089,
    "boot": 1,
    "seq": 23,
    "energy_import_kwh": 1234.07,
    "power_w": 6000,
    "pulses": 303,
    "energy_fused_kwh": 1234.0794,
    "fused_bound_wh": 6.0,
    "power_light_max_w": 17.25,
    "verdict": "agree",
    "flags": [],
}
EVENT = {
    "kind": "pulses_missing",
    "meter": METER,
    "boot": 1,
    "event": 1,
    "open": True,
    "ts": 1795461443.5,
    "text": None,
}


def filled() -> World:
    world = World()
    world.take("cellar", ["status"], {"state": "online", "boot": 1, "uptime_s": 8000, "waiting": 3})
    world.take("cellar", [METER, "availability"], {"state": "online"})
    world.take("cellar", [METER, "reading"], READING)
    world.take("cellar", ["event"], {**EVENT, "pulses_low": 32, "pulses_high": 129})
    world.take("roof", ["status"], {"state": "offline"})
    return world


def drawn(world: World, width: int) -> list[str]:
    screen = TableScreen(world, "broker:1883")
    screen._out = Console(width=width, height=24, file=StringIO(), highlight=False)
    with screen._out.capture() as capture:
        screen._out.print(screen._drawn())
    return [line.rstrip() for line in capture.get().splitlines()]


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_has_it_all_and_fits(width):
    lines = drawn(filled(), width)
    assert all(len(line) <= width for line in lines)
    assert lines[0] == "● cellar  online, up 2 h, 3 messages wait"
    row = lines[2].split()
    assert row[:3] == [METER, "1234.07", "1234.0794"] and row[-3:] == ["agree", "0", "s"]
    assert ("≤ 17.2" in lines[2]) == (width == 120)
    assert "● roof  offline" in lines
    assert any("pulses_missing: 32 to 129 pulses" in line and "cellar" in line for line in lines)


def test_a_table_of_nothing_says_so():
    assert drawn(World(), 80) == ["… nothing has come from broker:1883 yet"]


def test_where_nothing_comes_it_says_what_to_check_and_where_something_is():
    target = parse("mqtts://me@broker/hall/roof")
    text = words(target, "hall/roof", {})
    assert text.startswith("nothing comes below hall/roof/v1/ from broker:8883, and no other base has a gateway: ")
    assert '"base": "hall/roof"' in text and "may you read hall/roof/v1/#?" in text
    elsewhere = Elsewhere()
    for topic in ("lumbus/v1/cellar/status", "a/b/v1/one/status", "lumbus/v1/roof/status"):
        elsewhere.take(topic, b'{"state": "offline"}')
    for topic, payload in (("x/v1/y/status", b"on"), ("x/v1/y/status", b"{}"), ("v1/y/status", b'{"state": "online"}')):
        elsewhere.take(topic, payload)
    assert words(target, "hall/roof", elsewhere.found) == (
        "nothing comes below hall/roof/v1/ from broker:8883, but below a/b (one); lumbus (cellar, roof): "
        "lumbus monitor mqtts://me@broker:8883/a/b"
    )
    many = {f"base{n}": {f"gateway{m}" for m in range(5)} for n in range(5)}
    assert words(target, "x", many).endswith(
        "base2 (gateway0, gateway1, gateway2 and 2 more) and 2 more: lumbus monitor mqtts://me@broker:8883/base0"
    )


def test_a_table_of_nothing_says_what_the_others_say():
    screen = TableScreen(World(), "broker:1883")
    screen.hint("nothing comes below a/v1/ from broker:1883, but below b (one): lumbus monitor mqtt://broker:1883/b")
    screen._out = Console(width=80, height=24, file=StringIO(), highlight=False)
    with screen._out.capture() as capture:
        screen._out.print(screen._drawn())
    assert " ".join(capture.get().split()).endswith("lumbus monitor mqtt://broker:1883/b")


def test_a_later_message_of_an_event_replaces_the_earlier_one():
    world = filled()
    world.take("cellar", ["event"], {**EVENT, "pulses_low": 40, "pulses_high": 50, "open": False})
    assert [event_words(event) for _, event in world.events] == ["pulses_missing: 40 to 50 pulses (over)"]


def test_what_is_late_is_no_news():
    world = filled()
    world.take("cellar", [METER, "reading"], {**READING, "replayed": True, "energy_import_kwh": 1.0})
    assert world.gateways["cellar"].meters[METER].reading["energy_import_kwh"] == 1234.07
    assert world.take("cellar", ["cmd", "poll"], {}) is None
    # Of a log that is asked for again only what is new is kept.
    world.take("cellar", ["reply", "log"], {"lines": ["1 a", "2 b"]})
    world.take("cellar", ["reply", "log"], {"lines": ["2 b", "3 c"]})
    assert [line for _, line in world.lines] == ["1 a", "2 b", "3 c"]


def test_plain_lines_tell_each_thing_once(capsys):
    screen = PlainScreen()
    for _ in range(2):
        screen.tell("cellar", METER, "check", "", {"verdict": "agree"})
    screen.tell("cellar", METER, "reading", "", READING)
    state = {"meters": [{"meter": METER, "reading": READING, "verdict": "agree"}], "events": [EVENT]}
    for _ in range(2):
        screen.tell("cellar", None, "state", "", state)
    lines = [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    reading = f"cellar  {METER}  1234.07 kWh  fused 1234.0794 kWh ± 6.00 Wh  6000 W  agree"
    assert lines == [f"cellar  {METER}  check agree", reading, reading, f"cellar  {METER}  pulses_missing"]


def test_a_plain_line_of_nothing(capsys):
    PlainScreen().hint("nothing comes")
    assert capsys.readouterr().out.endswith("  nothing comes\n")


def test_times_in_words():
    assert [span(s) for s in (0, 119, 120, 7199, 7200, 172800)] == ["0 s", "119 s", "2 min", "119 min", "2 h", "2 d"]


@pytest.fixture(scope="module")
def stage():
    require_runtime("micropython")
    with DoctorStage(options("micropython")) as stage:
        stage.begin()
        until(lambda: stage.consumer.readings, 30, lambda: stage.said)
        yield stage


def broker_of(stage) -> str:
    return f"mqtt://127.0.0.1:{stage.broker.port}/{BASE}"


def test_json_from_the_broker_is_what_came(capsys, stage):
    run = Run(capsys, "monitor", broker_of(stage), "--seconds", "2.5", "--json")
    assert run.code == 0, run.err
    told = [json.loads(line) for line in run.out.splitlines()]
    assert {each["gateway"] for each in told} == {"020000000001"}
    assert {"status", "info", "check", "availability", "reading"} <= {each["kind"] for each in told}
    reading = next(each for each in told if each["kind"] == "reading")
    assert reading["meter"] == METER and reading["body"]["power_w"] == 6000


def test_lines_from_the_port(capsys, stage):
    run = Run(capsys, "monitor", stage.wire_of_console.path, "--seconds", "3")
    assert run.code == 0, run.err
    assert any(f"  020000000001  {METER}  12" in line and " W  " in line for line in run.out.splitlines())


def test_a_table_on_a_terminal(stage):
    seen = on_a_terminal(80, "monitor", broker_of(stage), "--seconds", "3")
    assert seen.code == 0
    assert METER in seen.plain and "● 020000000001  online" in seen.plain
    # What was asked for by cmd/log.
    assert "meter at address 49 is" in seen.plain


def test_nothing_below_a_base(capsys, stage, monkeypatch):
    monkeypatch.setattr(quiet, "AFTER_S", 0.2)
    broker = f"127.0.0.1:{stage.broker.port}"
    said = f"nothing comes below elsewhere/v1/ from {broker}, but below {BASE} (020000000001): "
    run = Run(capsys, "monitor", f"mqtt://{broker}/elsewhere", "--seconds", "4", "--json")
    assert run.code == 0 and run.out == ""
    assert run.err == f"lumbus monitor: {said}lumbus monitor {broker_of(stage)}\n"


def test_nobody_on_the_port(capsys):
    from consolewire import ConsoleWire

    wire = ConsoleWire()
    wire.start()
    try:
        began = time.monotonic()
        run = Run(capsys, "monitor", wire.path)
        assert run.code == 3 and time.monotonic() - began < 15
        assert run.complaint == f"lumbus monitor: nobody answers on {wire.path}: lumbus doctor {wire.path} says why"
    finally:
        wire.stop()


def test_what_cannot_be_opened(capsys):
    assert Run(capsys, "monitor", "/dev/no-such-port").code == 4
    run = Run(capsys, "monitor", "mqtt://me:secret@broker")
    assert run.code == 2 and "no password in the address" in run.complaint
