# not in WebAssembly: it has no asyncio
"""A board's lamp and button, and what the application does with them."""

import asyncio
import json

from appport import CONFIG, FakePort, RealTime, app_on

from uplink.lamp import DARK, DISAGREE, HELD, IDENTIFY, NO_BROKER, NO_METER, NO_NETWORK, RESET, SETUP, WELL


class Front:
    """An App on a port with a lamp and a button, which is looked at by hand."""

    def __init__(self, lamp=True, button=True, pressed=False):
        port = self.port = FakePort(CONFIG)
        self.lit = []
        port.network.is_up = lambda: self.up
        self.up = True
        if lamp:
            port.lamp = self.lit.append
        if button:
            port.button = lambda: self.pressed
        self.app = app_on(port)
        self.hold(pressed, 200)

    def look(self):
        self.port.clock.now += 50
        self.app.front.look()

    def hold(self, pressed, ms):
        self.pressed = pressed
        for _ in range(ms // 50):
            self.look()

    def shows(self):
        return self.app.front._pattern(self.port.clock.now)


def test_a_board_with_neither_has_nothing_to_look_after():
    assert app_on(FakePort(CONFIG)).front is None
    assert Front(lamp=False).app.front is not None
    assert Front(button=False).app.front is not None


def test_the_first_thing_that_is_wrong_is_shown():
    front = Front()
    meter = front.app.meters[0]
    front.up = False
    meter.verdict = "pulses_missing"
    assert front.shows() == NO_NETWORK
    front.up = True
    assert front.shows() == NO_BROKER
    front.app.publisher.connected = True
    assert front.shows() == DISAGREE
    meter.verdict = "no_meter"
    assert front.shows() == NO_METER
    for verdict in ("pulses_extra", "register_stuck", "pulse_constant_wrong"):
        meter.verdict = verdict
        assert front.shows() == DISAGREE
    for verdict in (None, "learning", "agree", "unchecked"):
        meter.verdict = verdict
        assert front.shows() == WELL


def test_who_looks_for_the_board_sees_it_before_all_that_is_wrong():
    front = Front()
    front.up = False
    front.app.remote.hear(b"lumbus/v1/020000000001/cmd/identify", b"5", False)
    assert front.shows() == IDENTIFY
    front.hold(False, 4900)
    assert front.shows() == IDENTIFY
    front.hold(False, 200)
    assert front.shows() == NO_NETWORK


def test_the_lamp_is_told_at_each_look():
    front = Front()
    front.lit.clear()
    front.up = False
    front.hold(False, 8000)
    assert len(front.lit) == 160
    # Two flashes of 0.2 s in each 4 s.
    assert sum(front.lit) == 16


def test_while_the_button_is_held_the_lamp_shows_what_letting_go_does():
    front = Front()
    front.hold(True, 1000)
    assert front.shows() == DARK
    front.hold(True, 2500)
    assert front.shows() == HELD
    front.hold(False, 200)
    assert front.shows() == SETUP
    assert front.port.storage.texts["setup"] == "button" and "reset" not in front.port.storage.texts
    assert front.app.restart_ms is not None and "set" in front.app.restart_why
    # What was asked for stays, whatever is done until it starts again.
    front.hold(True, 15000)
    assert front.shows() == SETUP and "reset" not in front.port.storage.texts


def test_held_for_ten_seconds():
    front = Front()
    front.hold(True, 9500)
    assert front.shows() == HELD
    front.hold(True, 1000)
    assert front.app.restart_ms is None and front.shows() == RESET
    front.hold(False, 200)
    assert front.shows() == RESET
    assert front.port.storage.texts["reset"] == "button" and "setup" not in front.port.storage.texts
    assert front.app.restart_ms is not None and any("the button was held: reset" in line for line in front.port.lines)


def test_a_button_that_is_stuck_hides_nothing_and_asks_for_nothing():
    front = Front()
    front.hold(True, 30000)
    assert front.shows() == NO_BROKER
    front.hold(False, 500)
    assert front.app.restart_ms is None and not {"setup", "reset"} & set(front.port.storage.texts)


def test_a_button_that_is_held_at_the_start_does_nothing():
    front = Front(pressed=True)
    front.hold(True, 12000)
    front.hold(False, 500)
    assert front.app.restart_ms is None and not {"setup", "reset"} & set(front.port.storage.texts)


def test_wifi_s_last_resort_is_for_boards_without_another_network():
    front = Front()
    front.app.no_wifi("no link for so long")
    assert front.app.restart_ms is None
    front.up = False
    front.app.no_wifi("no link for so long")
    assert front.app.restart_ms is not None and front.app.restart_why == "no link for so long"


def test_a_flash_that_takes_nothing_is_told_and_it_goes_on():
    front = Front()

    def fail(name, text):
        raise OSError(28, "ENOSPC")

    front.port.storage.write = fail
    front.hold(True, 4000)
    front.hold(False, 200)
    assert front.app.restart_ms is None and front.shows() == NO_BROKER
    assert any("setup cannot be noted" in line for line in front.port.lines)


def test_the_application_looks_after_it_and_starts_again_in_good_order():
    port = FakePort(CONFIG, RealTime())
    lit = []
    port.lamp = lit.append
    port.network.is_up = lambda: True
    port.button = lambda: 500 < port.clock.now - began < 4500
    began = port.clock.now
    app = app_on(port)
    asyncio.run(app.run())
    assert port.storage.texts["setup"] == "button"
    assert app.restart_why == "the button was held: setup at the next start"
    assert True in lit and False in lit
    assert json.loads(port.network.published[-1][1])["state"] == "offline"
