# not in WebAssembly: it has no asyncio
"""When a board sets up, its access point's password, and how long it stays."""

import json

from appport import CONFIG, FakePort
from memfiles import MemSecond
from simtime import run
from webworld import Listener, World

from uplink.access import Access, password_of
from uplink.commissioning import Commissioning
from uplink.lamp import IDENTIFY, SETUP, is_lit
from uplink.preparing import wants_set_up
from uplink.setup_mode import Setup, show


class Radio:
    def __init__(self):
        self.opened = None
        self.closed = 0

    def open_access_point(self, ssid, password):
        self.opened = ssid, password
        return "192.168.4.1"

    def close_access_point(self):
        self.closed += 1

    def is_guest(self, peer):
        return self.opened is not None and not self.closed


def with_radio(world):
    world.port.radio = Radio()
    world.port.listen_udp = lambda number: None
    return world


def test_set_up_is_wanted_without_a_configuration_or_by_the_button():
    port = FakePort(CONFIG)
    assert not wants_set_up(port)
    # A port that cannot serve a page.
    port.listen = None
    port.storage.texts["setup"] = "button"
    assert not wants_set_up(port)
    port.listen = lambda: None
    assert wants_set_up(port)
    port.storage.texts["setup"] = ""
    assert not wants_set_up(port)
    del port.storage.texts["config.json"]
    assert wants_set_up(port)


def test_each_board_has_a_password_of_its_own_and_keeps_it():
    world = World("setup")
    first = password_of(world.port, world.port.console)
    assert len(first) == 10 and not set(first) & set("01ilo")
    world.port.random_bytes = lambda count: bytes([7] * count)
    assert password_of(world.port, world.port.console) == first
    assert world.port.storage.texts["ap_password"] == first
    other = World("setup")
    other.port.second = MemSecond()
    other.port.random_bytes = lambda count: bytes([7] * count)
    second = password_of(other.port, other.port.console)
    assert second == "hhhhhhhhhh" and other.port.second.held == {"ap_password": second.encode()}
    assert "ap_password" not in other.port.storage.texts


def test_a_password_that_cannot_be_kept_is_told():
    world = World("setup")

    def fails(name, text):
        raise OSError(28)

    world.port.storage.write = fails
    assert len(password_of(world.port, world.port.console)) == 10
    assert "cannot be kept" in world.port.lines[-1]


def test_the_console_says_how_to_get_in_and_the_page_does_not():
    world = with_radio(World("setup"))
    Access(world.port, world.port.console, Listener().where)
    ssid, password = world.port.radio.opened
    assert ssid == "lumbus-000001"
    assert "join lumbus-000001 with the password %s, then open http://192.0.2.7/" % password in world.port.lines[-1]
    for name in ("log", "state", "settings", "hello"):
        assert password.encode() not in world.get(name).body


def test_the_lamp_says_that_the_board_waits_and_blinks_when_somebody_looks_for_it():
    port = FakePort(CONFIG)
    lit = []
    port.lamp = lambda is_on: lit.append(bool(is_on))
    app = Setup(port)
    app.blink_until_ms = 5000
    times = range(0, 10000, 50)
    for port.clock.now in times:
        show(app)
    assert lit == [is_lit(IDENTIFY if now < 5000 else SETUP, now) for now in times]
    app.lamp = None
    show(app)


def commissioning(has_page=True):
    world = with_radio(World())
    world.port.storage.texts["commissioning"] = "1"
    return world, Commissioning(world.port, world.app, world.door, has_page)


def beat():
    pass


def test_it_goes_a_minute_behind_the_first_reading_that_agrees():
    world, work = commissioning()
    world.app.publisher.connected = True
    world.app.meters[0].verdict = "agree"
    began = world.clock.now
    run(world.clock, work.run(beat))
    assert 60000 <= world.clock.now - began < 61000
    assert world.port.radio.closed == 1 and world.port.storage.texts["commissioning"] == ""
    assert world.door.guest is None and not world.door.commissioning


def test_it_goes_after_half_an_hour_in_any_case_and_comes_again_with_the_next_start():
    world, work = commissioning()
    world.app.meters[0].verdict = "agree"
    began = world.clock.now
    run(world.clock, work.run(beat))
    assert 1800000 <= world.clock.now - began < 1801000
    assert world.port.radio.closed == 1 and world.port.storage.texts["commissioning"] == "1"


def test_while_it_is_there_nobody_need_log_in():
    world, work = commissioning()
    seen = []

    async def looks():
        await world.clock.sleep_ms(5000)
        client = world.door.guest
        seen.append((client("192.168.4.2"), world.door.commissioning))
        world.app.publisher.connected = True
        world.app.meters[0].verdict = "unchecked"

    run(world.clock, work.run(beat), looks())
    assert seen == [(True, True)]
    assert json.loads(world.port.storage.texts["config.json"]) == CONFIG


def test_a_door_that_was_there_for_it_alone_is_closed():
    world, work = commissioning(has_page=False)
    closed = []
    world.door.listener.close = lambda: closed.append(1)
    world.app.publisher.connected = True
    world.app.meters[0].verdict = "agree"
    run(world.clock, work.run(beat))
    assert closed == [1]
