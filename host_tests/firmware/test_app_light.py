# not in WebAssembly: it has no asyncio
"""The application and its lights: what their filters are set to, and aiming by command."""

import asyncio
import gc
import json
import sys

from appport import CONFIG, FakePort, Pulses, RealTime, app_on, refusal


def test_a_light_that_is_judged_here_says_at_the_start_what_its_filter_does():
    class Judged(Pulses):
        pending = refused = 0

    port = FakePort(CONFIG)
    port.pulses = lambda number, qualify: Judged()
    app_on(port)
    assert next(line for line in port.lines if "in force" not in line).startswith(
        "light 0: this filter limits you to 25.45 kW; the meter can give 13.25 kW"
    )
    # One that gives pulses has none.
    assert not any("filter" in line for line in app_on(FakePort(CONFIG)).port.lines)


def test_a_gap_that_refuses_true_pulses_stops_before_the_start():
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0]["light_gap_ms"] = 53
    assert refusal(config)[0].startswith("config: meters[0]: light: this filter limits you to 13.20 kW; the meter can")
    config["meters"][0].update({"light_gap_ms": 20, "light_width_ms": [60, 90]})
    assert "light_width_ms: no pulse is 60...90 ms long" in refusal(config)[0]


def test_aiming_by_command_is_loaded_and_forgotten_again():
    port = FakePort(CONFIG, RealTime())
    app = app_on(port)
    network = port.network
    gone = not hasattr(gc, "mem_free")
    steps = []

    def command(verb, payload):
        app.remote.hear(b"lumbus/v1/020000000001/cmd/" + verb, payload, False)

    def is_over():
        now = port.clock.now
        if not steps and any(t.endswith(b"/reading") for t, _, _ in network.published):
            steps.append(now)
            command(b"aim", b"soon")
            assert gone or "uplink.aim" not in sys.modules
            command(b"aim", b"")
            command(b"aim", b"never")
            assert "uplink.aim" in sys.modules
        if len(steps) == 1 and now > steps[0] + 3500:
            steps.append(now)
            command(b"aim", b"0")
            assert gone or not ("uplink.aim" in sys.modules or hasattr(sys.modules["uplink"], "aim"))
            command(b"dance", b"")
        return len(steps) == 2 and now > steps[1] + 2500

    port.is_over = is_over
    asyncio.run(app.run())
    shown = [json.loads(p) for t, p, _ in network.published if t == b"lumbus/v1/020000000001/0000000000000000/aim"]
    assert [s["left_s"] for s in shown] == [119, 118, 117, 116] or len(shown) in (3, 4)
    assert shown[0]["quality"] == "waiting"
    told = [line.split(" ", 1)[1] for line in port.lines]
    assert [line for line in told if line.startswith(("aim", "command"))] == [
        "command aim: must be 10...600 seconds, or 0 to end it",
        "aim: for 120 s",
        "command aim: must be 10...600 seconds, or 0 to end it",
        "aim: it is over",
        "command dance: unknown; known are aim, identify, interval, log, poll, probe, restart, state, update",
    ]
    assert json.loads(network.published[-1][1])["task_failures"] == {}


def test_the_status_says_what_was_refused_and_why():
    class Refusing(Pulses):
        pending = 0
        refused = 3
        difference = -1

    port = FakePort(CONFIG)
    port.pulses = lambda number, qualify: Refusing()
    said = app_on(port).meters[0].counters()
    assert (said["edges_refused"], said["light_difference"]) == (3, -1)
    assert said["edges_refused_why"] == {"bounced": 0, "too_near": 0, "too_short": 0, "too_long": 0}
    # A port that gives pulses has refused nothing and has nothing to compare; without a light there is nothing to say.
    said = app_on(FakePort(CONFIG)).meters[0].counters()
    assert (said["edges_refused"], said["edges_refused_why"], said["light_difference"]) == (0, {}, None)
    config = json.loads(json.dumps(CONFIG))
    del config["meters"][0]["light"]
    assert app_on(FakePort(config)).meters[0].counters()["edges_refused"] is None
