# not in WebAssembly: it has no asyncio
"""What the page shows and has done: plot, log, aiming, restart; and in set-up mode networks and the bus."""

import asyncio
import json

from webworld import World

from uplink.plot import Plot
from uplink.web_api import power_of
from uplink.web_setup import Search

STEP_MS = 300000


class Read:
    """A meter of which only the last reading is looked at."""

    read = None


def made(**more):
    world = World(**more)
    world.log_in()
    return world


def test_the_plot_has_a_mean_for_each_step():
    world = made()
    meter, clock = Read(), world.clock
    plot = Plot([meter], clock)
    assert power_of(plot, 0) == [None]
    for power in (100, 200):
        meter.read = (clock.now, (power, 0))
        plot.look()
        plot.look()
    assert power_of(plot, 0) == [150]
    clock.now += STEP_MS
    plot.look()
    assert power_of(plot, 0) == [150, None]
    # Nothing was read for two steps; then backwards, in tenths, and too much for the room that there is.
    clock.now += 2 * STEP_MS
    plot.look()
    meter.read = (clock.now, (-25, -1))
    plot.look()
    assert power_of(plot, 0) == [150, None, None, -3]
    clock.now += STEP_MS
    plot.look()
    meter.read = (clock.now, (99999, 0))
    plot.look()
    clock.now += STEP_MS
    plot.look()
    meter.read = (clock.now, None)
    plot.look()
    assert power_of(plot, 0) == [150, None, None, -3, 32767, None]


def test_the_plot_forgets_what_is_eight_hours_old():
    world = made()
    meter, clock = Read(), world.clock
    plot = Plot([meter], clock)
    for step in range(100):
        meter.read = (clock.now, (step, 0))
        plot.look()
        clock.now += STEP_MS
        plot.look()
    assert power_of(plot, 0) == list(range(4, 100)) + [None]


def test_history_and_log():
    world = made()
    world.app.meters[0].read = (world.clock.now, (2300, 0))
    world.door.plot.look()
    told = world.get("history").json()
    assert told["step_s"] == 300 and told["meters"][0]["power_w"] == [2300]
    assert told["uptime_s"] == world.clock.now // 1000
    world.app.log("something happened")
    assert world.get("log").json()["lines"][-1].endswith("something happened")


def test_restart_comes_behind_the_answer():
    world = made()
    assert world.post("restart").json() == {"restart": True}
    assert world.clock.now < world.app.restart_ms < world.clock.now + 3000


def test_identify_blinks():
    world = made()
    assert world.post("identify").status == 409
    world.app.lamp = lambda is_on: None
    assert world.post("identify").status == 200
    assert world.app.blink_until_ms > world.clock.now


def test_aiming():
    world = made()
    assert world.get("aim").json() == {"meters": []}
    for seconds in (5, 601, "soon", None, [], -1):
        assert world.post("aim", {"seconds": seconds}).status == 422, seconds
    assert world.post("aim", {"seconds": 60}).json() == {"seconds": 60}
    world.app.remote.tick_aim()
    told = world.get("aim").json()["meters"]
    assert len(told) == 1 and told[0]["quality"] in ("waiting", "dark") and told[0]["left_s"] == 60
    assert world.post("aim", {"seconds": 0}).status == 200
    assert world.app.aim is None and world.get("aim").json() == {"meters": []}


def test_what_belongs_to_set_up_is_refused_while_meters_are_read():
    world = made()
    world.port.radio = Radio()
    assert world.get("networks").status == 409
    assert world.post("search", {"baud": "auto"}).status == 409
    assert world.get("search").status == 409


class Radio:
    def scan(self):
        return [["far", -80, True], ["home", -70, True], ["home", -40, True], ["", -30, True], ["open", -50, False]]


def test_set_up_tells_what_is_known():
    world = World("setup")
    told = world.get("state").json()
    assert (told["mode"], told["gateway"], told["platform"]) == ("setup", "020000000001", "fake")
    assert world.get("settings").json()["config"] is None
    assert world.post("aim", {"seconds": 60}).status == 409
    world.port.radio = Radio()
    networks = world.get("networks").json()["networks"]
    assert networks == [["home", -40, True], ["open", -50, False], ["far", -80, True]]


def test_a_search_needs_a_rate_that_an_m_bus_has():
    world = World("setup")
    for baud in (0, 1, 38400, "fast", None, [], 2400.5):
        assert world.post("search", {"baud": baud}).status == 422, baud


def test_a_search_finds_the_meter():
    world = World("setup")
    search = Search(world.port, world.app.log)
    from simtime import run

    run(world.clock, search.run((2400,)))
    assert not search.running and search.progress == 100 and search.error is None
    assert [(one["address"], one["baud"], one["damaged"]) for one in search.found] == [(1, 2400, False)]


def test_a_search_that_fails_says_why():
    world = World("setup")

    def serial(baud):
        raise OSError("the line is not there")

    world.port.serial = serial
    search = Search(world.port, world.app.log)
    asyncio.run(search.run((2400, 300)))
    assert search.error == "the line is not there" and not search.running


def test_set_up_keeps_the_first_configuration():
    world = World("setup")
    from appport import CONFIG

    config = json.loads(json.dumps(CONFIG))
    answer = world.post("settings", {"config": config, "secrets": {"mqtt_password": "x", "web_password": "12345678"}})
    assert answer.status == 200, answer.body
    kept = world.port.storage.texts
    assert json.loads(kept["config.json"]) == config and kept["commissioning"] == "1"
    assert world.app.restart_ms > world.clock.now
