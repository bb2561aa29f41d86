# not in WebAssembly: it has no asyncio
"""Commands: each with its answer, and a clear one to whatever is wrong."""

import asyncio
import json
import sys

from appport import CONFIG, FakePort, RealTime, app_on

ROOT = b"lumbus/v1/020000000001/"


def made(**more):
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0].update(more)
    return app_on(FakePort(config))


def ask(app, verb, payload=b"", retained=False):
    """(the answer's topic, the answer); (None, None) where there is none."""
    app.remote.hear(ROOT + b"cmd/" + verb, payload, retained)
    if not app.publisher.replies:
        return None, None
    topic, text = app.publisher.replies.pop()
    assert not app.publisher.replies
    assert topic.startswith(ROOT + b"reply/")
    return topic[len(ROOT) + 6 :].decode(), json.loads(text)


def test_poll_reads_all_or_one():
    app = made()
    meter = app.meters[0]
    meter.identity = "16250476ad320102"
    for payload in (b"", b"1", b"16250476AD320102", b'{"meter": 1}', b'{"meter": "16250476ad320102", "id": "x"}'):
        meter._asked = False
        verb, answer = ask(app, b"poll", payload)
        assert (verb, answer["verb"], answer["ok"]) == ("poll", "poll", True), answer
        assert answer["text"] == "1 meter will be read at once" and meter._asked
    assert answer["id"] == "x"
    meter._asked = False
    answer = ask(app, b"poll", b"7")[1]
    assert answer["text"] == "no such meter; there are: 16250476ad320102 at address 1"
    assert not answer["ok"] and not meter._asked


def test_the_interval_holds_until_the_next_start():
    app = made(poll_s=60)
    assert ask(app, b"interval", b"12")[1]["text"] == "1 meter: a reading in 12 s on the mean, until the next start"
    assert app.meters[0]._settings["poll_s"] == 12 and app.meters[0]._settings["poll_most_s"] == 48
    assert app.meters[0].wait_ms() <= 48000
    # The configuration that is told stays what is on the flash.
    assert app.config["meters"][0]["poll_s"] == 60
    for payload in (b"0", b"86401", b"", b"soon", b"1.5", b'{"value": 2.5}', b'{"value": []}', b'{"value": -1}'):
        answer = ask(app, b"interval", payload)[1]
        assert (answer["ok"], answer["text"]) == (False, "must be 1...86400 seconds"), payload


def test_identify_blinks_where_there_is_a_lamp():
    app = made()
    assert ask(app, b"identify")[1] == {"verb": "identify", "id": None, "ok": False, "text": "this board has no lamp"}
    port = FakePort(CONFIG)
    port.network.is_up = lambda: False
    lit = []
    port.lamp = lit.append
    app = app_on(port)
    assert ask(app, b"identify", b"3")[1]["text"] == "blinking for 3 s"
    for _ in range(60):
        port.clock.now += 50
        app.front.look()
    # Half of the time; afterwards it shows what it showed before.
    assert sum(lit) == 30
    port.clock.now += 3100
    app.front.look()
    assert len(lit) == 61 and port.clock.now > app.blink_until_ms


def test_the_log_tells_its_last_lines():
    app = made()
    for n in range(100):
        app.log("line %d" % n)
    lines = ask(app, b"log", b"3")[1]["lines"]
    assert [line.split(" ", 1)[1] for line in lines] == ["line 97", "line 98", "line 99"]
    assert len(ask(app, b"log")[1]["lines"]) == 20
    assert len(ask(app, b"log", b"50")[1]["lines"]) == 50
    assert ask(app, b"log", b"51")[1]["text"] == "must be 1...50 lines"
    app.log("x" * 1400)
    app.log("y" * 200)
    assert len(ask(app, b"log", b"50")[1]["lines"]) == 1
    assert app.log.count >= 102


def test_what_is_malformed_or_unknown_gets_a_clear_answer():
    app = made()
    verb, answer = ask(app, b"dance", b'{"id": 5}')
    assert (verb, answer["id"]) == ("error", 5)
    assert answer["text"] == "unknown; known are aim, identify, interval, log, poll, probe, restart, state, update"
    for payload, words in (
        (b"\xff\xfe", "the payload is no UTF-8 text"),
        (b"x" * 401, "the payload has 401 bytes; at most 400 are taken"),
        (b"{oh", "the payload begins like a JSON object and is none"),
        (b'{"meters": 1}', "only value, meter and id are known in the payload"),
        (b'{"id": {}}', "id must be a text or a number"),
    ):
        answer = ask(app, b"poll", payload)[1]
        assert (answer["ok"], answer["text"]) == (False, words)
    answer = ask(app, b"v" * 80)[1]
    assert answer["verb"] == "v" * 20
    # A verb that is no text is told on the console only.
    assert ask(app, b"\xff") == (None, None)


def test_a_retained_command_is_not_carried_out():
    app = made()
    assert ask(app, b"restart", b"", True) == (None, None)
    assert app.restart_ms is None
    assert "retained" in app.port.lines[-1]


def test_who_asks_too_fast_gets_no_more_answers_than_fit():
    app = made()
    for _ in range(20):
        app.remote.hear(ROOT + b"cmd/poll", b"", False)
    assert len(app.publisher.replies) == 8


def test_what_obeys_is_forgotten_again():
    app = made()
    ask(app, b"poll")
    assert sys.implementation.name == "cpython" or "uplink.commands" not in sys.modules


def test_restart_answers_first_and_ends_in_good_order():
    port = FakePort(CONFIG, RealTime())
    app = app_on(port)
    asked = []

    def is_over():
        if not asked and any(topic.endswith(b"/reading") for topic, _, _ in port.network.published):
            asked.append(port.clock.now)
            app.remote.hear(ROOT + b"cmd/restart", b"", False)
        return False

    port.is_over = is_over
    asyncio.run(app.run())
    said = [json.loads(p) for t, p, _ in port.network.published if t == ROOT + b"reply/restart"]
    assert len(said) == 1 and said[0]["text"] == "it starts again in 3 s"
    assert app.restart_ms == asked[0] + 3000 and "ended:" in port.lines[-1]
    assert json.loads(port.network.published[-1][1])["state"] == "offline"
