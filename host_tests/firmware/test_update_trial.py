# not in WebAssembly: it has no asyncio
"""An update's end over the whole application: healthy, or given up, and what of the configuration is kept."""

import asyncio
import json
import sys

from appport import CONFIG, FakePort, RealTime, app_on

from uplink.start import _plan as plan

RELEASE = "0123456789abcdef" * 4
# What would have nothing to go on with.
HALF = tuple([json.dumps({"from": "broker", "release": RELEASE, "state": state}) for state in ("fetching", "trial")])
TOPIC = b"lumbus/v1/020000000001/update"
ORDER = {
    "from": "broker",
    "release": RELEASE,
    "size": 1000,
    "state": "trial",
    "version": "0.2.0",
    "slot": "b",
}


def stage(slot, **more):
    ran(slot["run"])
    port = FakePort(dict(CONFIG, update={"key": "update.der", "trial_s": 20}), RealTime())
    port.storage.texts["slot.json"] = json.dumps(slot)
    port.storage.texts["update.json"] = json.dumps(dict(ORDER, **more))
    return port


def ran(slot):
    """This start's application is in that folder."""
    sys.path[:] = [folder for folder in sys.path if folder not in ("/a", "/b")] + ["/" + slot]


def told(port):
    """What was published of the update."""
    return [json.loads(payload) for topic, payload, _ in port.network.published if topic == TOPIC]


def play(port, until_ms):
    app = app_on(port)
    port.is_over = lambda: port.clock.now > until_ms
    asyncio.run(app.run())
    return app


def trial(**more):
    return dict({"run": "b", "good": "a", "trial": "b", "tries": 1, "wants": "health"}, **more)


def test_a_trial_is_healthy_once_a_meter_was_read_and_the_broker_has_acknowledged_it():
    port = stage(trial())
    port.storage.texts["trial"] = "the start before failed"
    app = play(port, 10000)
    assert [each["state"] for each in told(port)] == ["trial", "healthy"]
    last = told(port)[-1]
    assert (last["release"], last["version"], last["total"]) == ("0123456789abcdef", "0.2.0", 1000)
    assert json.loads(port.storage.texts["slot.json"]) == {"run": "b", "good": "b", "trial": None, "tries": 0}
    assert "update.json" not in port.storage.texts and "trial" not in port.storage.texts
    assert app.update is None and app.restart_ms is None


def test_without_a_broker_the_time_ends_and_the_start_counts():
    port = stage(trial())
    port.network._script = [("refuse",)]
    app = play(port, 60000)
    assert 20000 <= app.restart_ms < 25000
    assert port.storage.texts["trial"].startswith("the broker acknowledged no reading within 20 s (cannot connect")
    plan(port, app)
    assert json.loads(port.storage.texts["slot.json"]) == trial()
    # Nor is it good because it lasts.
    app._note_lasted()
    assert json.loads(port.storage.texts["slot.json"]) == trial()


def test_without_a_meter_as_well():
    port = stage(trial())
    port.serial = lambda baud, parity="even": Deaf(baud, parity)
    play(port, 60000)
    assert port.storage.texts["trial"] == "no meter was read within 20 s"
    assert "healthy" not in [each["state"] for each in told(port)]
    # Where it was so before the update nobody looks for the fault in that.
    port = stage(trial(), was_read=False)
    port.serial = lambda baud, parity="even": Deaf(baud, parity)
    play(port, 60000)
    assert port.storage.texts["trial"].endswith("and none by the version before: look at the meters")


class Deaf:
    """A line on which nobody is."""

    def __init__(self, baud, parity):
        self.baud = baud
        self.parity = parity

    def set_baud(self, baud, parity=None):
        pass

    def write(self, data):
        pass

    def readinto(self, view):
        return 0

    def discard(self):
        pass


def test_the_old_one_tells_that_it_was_given_up_and_why():
    given_up = {"run": "a", "good": "a", "trial": None, "tries": 0}
    for why in ("ImportError: no module named 'lost'", None):
        port = stage(given_up)
        if why is not None:
            port.storage.texts["trial"] = why
        play(port, 5000)
        last = told(port)[-1]
        assert last["state"] == "rolled_back" and last["version"] == "0.2.0"
        assert last["text"] == (why or "it did not last in three starts: it hung, or the power failed")
        assert "update.json" not in port.storage.texts and "trial" not in port.storage.texts


def test_one_whose_start_could_not_be_noted_is_given_up_and_not_taken_for_what_runs():
    for state in (trial(tries=3), trial(run="a", tries=0)):
        port = stage(state)
        ran("a")
        play(port, 10000)
        last = told(port)[-1]
        assert last["state"] == "rolled_back" and "could not be noted" in last["text"]
        assert json.loads(port.storage.texts["slot.json"]) == {"run": "a", "good": "a", "trial": None, "tries": 0}
        assert "update.json" not in port.storage.texts


def test_the_last_word_is_told_again_where_the_broker_did_not_hear_it():
    given_up = {"run": "a", "good": "a", "trial": None, "tries": 0}
    for slot, state in ((given_up, "rolled_back"), (dict(given_up, run="b", good="b"), "healthy")):
        port = stage(slot)
        port.storage.texts["trial"] = "no meter was read"
        port.network._script = [("refuse",)]
        play(port, 20000)
        assert told(port) == [] and "update.json" in port.storage.texts
        texts = port.storage.texts
        port = stage(slot)
        port.storage.texts = texts
        app = play(port, 5000)
        assert [each["state"] for each in told(port)] == [state]
        assert told(port)[0]["text"] == ("no meter was read" if state == "rolled_back" else None)
        assert "update.json" not in texts and "trial" not in texts and app.update is None


def test_once_it_has_ended_another_is_taken():
    port = stage({"run": "a", "good": "a", "trial": None, "tries": 0})
    port.slots = lambda: None
    port.network._script = [("refuse",)]
    app = app_on(port)
    answers = []

    def look():
        if port.clock.now > 5000 and not answers:
            answers.append(ask(app, {"from": "broker", "release": "f" * 64, "size": 9}))
        return port.clock.now > 6000

    port.is_over = look
    asyncio.run(app.run())
    assert answers[0]["ok"] and json.loads(port.storage.texts["update.json"])["release"] == "f" * 64
    assert app.update is not None and app.update.order["release"] == "f" * 64


def test_a_power_cut_right_after_it_was_found_healthy_changes_nothing():
    port = stage({"run": "b", "good": "b", "trial": None, "tries": 0})
    play(port, 5000)
    assert [each["state"] for each in told(port)] == ["healthy"]


def test_a_power_cut_right_before_the_trial_was_noted_changes_nothing():
    port = stage(trial(), state="fetching", version=None)
    play(port, 10000)
    assert [each["state"] for each in told(port)] == ["trial", "healthy"]
    assert json.loads(port.storage.texts["slot.json"])["good"] == "b"


def test_what_is_no_order_starts_nothing():
    for text in ("", "{", "[]", '{"state": "fetching"}', '{"state": "trial", "release": 5, "from": "broker"}') + HALF:
        port = stage(trial())
        port.storage.texts["update.json"] = text
        app = play(port, 3000)
        assert told(port) == [] and app.update is None
        assert any("update.json: cannot be read" in line for line in port.lines), text


def test_the_order_is_checked_whole():
    port = FakePort(dict(CONFIG, update={"key": "update.der"}), RealTime())
    port.slots = lambda: None
    app = app_on(port)
    began = []
    app.begin_update = lambda: began.append(1)
    good = {"from": "broker", "release": RELEASE, "size": 1000}
    for value, words in (
        ("on", "value must be"),
        (dict(good, more=1), "and nothing else"),
        ({"from": "broker"}, "value must have from, release and size"),
        (dict(good, release="0" * 63), "64 hex digits"),
        (dict(good, release="G" * 64), "64 hex digits"),
        (dict(good, size=0), "size must be"),
        (dict(good, size=True), "size must be"),
        (dict(good, **{"from": "http://host/file"}), "nothing is fetched unverified"),
        (dict(good, **{"from": "https://host/file"}), "names no CA"),
        ("off", "no update goes on"),
    ):
        answer = ask(app, value)
        assert not answer["ok"] and words in answer["text"], answer
    assert not began and "update.json" not in port.storage.texts
    app.config["update"]["ca"] = "web.der"
    for address in ("https:///x", "https://host", "https://me@host/x", "https://host:0/x", "https://host:a/x"):
        assert "is no address such as" in ask(app, dict(good, **{"from": address}))["text"], address
    # No secret is ever sent back.
    assert "swordfish" not in json.dumps(ask(app, dict(good, **{"from": "https://me:swordfish@host/x"})))
    answer = ask(app, dict(good, **{"from": "https://host:8443/lumbus-0.2.0.lum"}))
    assert answer["ok"] and began == [1], answer
    assert json.loads(port.storage.texts["update.json"])["state"] == "fetching"
    write, port.storage.write = port.storage.write, full
    assert "the flash takes nothing" in ask(app, good)["text"]
    port.storage.write = write
    app.config["update"] = None
    assert "names no key (update.key)" in ask(app, good)["text"]


def full(name, text):
    raise OSError(28)


def ask(app, value):
    app.remote.hear(b"lumbus/v1/020000000001/cmd/update", json.dumps({"value": value}).encode(), False)
    return json.loads(app.publisher.replies.pop()[1])
