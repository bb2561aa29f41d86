"""A light by libgpiod: edges with the kernel's times, judged by the filter as they came."""
# CPython only: gpiod is a package of CPython's, on Linux.

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from uplink.history import PulseHistory
from uplink.lightlimits import make_filter

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cp_gpiod(monkeypatch):
    """The module over the stand-in for gpiod."""
    monkeypatch.syspath_prepend(str(ROOT / "board" / "circuitpython"))
    monkeypatch.syspath_prepend(str(ROOT / "host_tests" / "support" / "fake_gpiod"))
    for name in ("gpiod", "gpiod.line", "cp_gpiod"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    module = __import__("cp_gpiod")
    yield module
    for name in ("gpiod", "gpiod.line", "cp_gpiod"):
        sys.modules.pop(name, None)


class Request:
    """gpiod's LineRequest: edges as the test puts them, in milliseconds."""

    def __init__(self, kinds, value):
        self._kinds, self._value = kinds, value
        self._waiting, self._number = [], 0

    def put(self, at_ms, lit):
        self._number += 1
        kind = self._kinds.RISING_EDGE if lit else self._kinds.FALLING_EDGE
        event = SimpleNamespace(event_type=kind, Type=self._kinds, timestamp_ns=at_ms * 10**6, line_seqno=self._number)
        self._waiting.append(event)

    def flash(self, at_ms, lit_ms=20):
        self.put(at_ms, True)
        self.put(at_ms + lit_ms, False)

    def drop(self, count):
        del self._waiting[:count]

    def get_value(self, line):
        return self._value

    def wait_edge_events(self, timeout):
        assert timeout == 0
        return bool(self._waiting)

    def read_edge_events(self, most):
        taken, self._waiting = self._waiting[:most], self._waiting[most:]
        return taken


@pytest.fixture
def light(cp_gpiod, monkeypatch):
    """(input, request, clock, history)."""
    request = Request(cp_gpiod.gpiod.EdgeEvent.Type, cp_gpiod.Value.INACTIVE)
    asked = {}

    def request_lines(path, **options):
        asked.update(options, path=path)
        return request

    monkeypatch.setattr(cp_gpiod.gpiod, "request_lines", request_lines)
    clock = SimpleNamespace(now=1_000_000, ms=lambda: clock.now)
    spec = cp_gpiod.LightSpec("/dev/gpiochip0", 17)
    source = cp_gpiod.LineInput(spec, make_filter(5000, 13250)[0], clock)
    source.asked = asked
    return source, request, clock, PulseHistory()


def look(source, clock, history, ms=50):
    clock.now += ms
    source.update(history)
    return history.count


def test_the_line_is_asked_for_with_both_edges_and_the_pull(light):
    asked = light[0].asked
    settings = asked["config"][17].settings
    assert asked["path"] == "/dev/gpiochip0" and asked["event_buffer_size"] >= 512
    assert settings["active_low"] and settings["bias"].name == "PULL_UP" and settings["edge_detection"].name == "BOTH"
    assert settings["event_clock"].name == "MONOTONIC"


def test_a_pulse_has_the_kernel_s_time_however_late_the_look_is(light):
    source, request, clock, history = light
    request.flash(1_000_010)
    assert look(source, clock, history, 5000) == 1
    assert history.last_ms == 1_000_010
    assert not source.may_have_lost() and source.refused == 0


def test_a_flash_that_is_not_over_is_pending(light):
    source, request, clock, history = light
    request.put(1_000_040, True)
    assert look(source, clock, history) == 0 and source.pending == 1
    request.put(1_000_060, False)
    assert look(source, clock, history, 100) == 1 and source.pending == 0


def test_bounces_are_refused(light):
    source, request, clock, history = light
    for at in range(1_000_000, 1_010_000, 500):
        request.flash(at, 1)
        request.flash(at + 2, 15)
    assert look(source, clock, history, 10_000) == 20
    assert source.refused == 20


def test_after_a_long_stall_none_is_missing_and_each_has_its_time(light):
    source, request, clock, history = light
    told = []
    history.add = lambda at_ms, count: told.append((at_ms, count))
    for number in range(300):
        request.flash(1_000_000 + 54 * number)
    look(source, clock, history, 20_000)
    assert told == [(1_000_000 + 54 * number, number + 1) for number in range(300)]
    assert not source.may_have_lost()


def test_edges_that_the_kernel_dropped_are_noticed(light):
    source, request, clock, history = light
    request.flash(1_000_010)
    look(source, clock, history)
    request.flash(1_000_110)
    request.flash(1_000_210)
    request.drop(2)
    look(source, clock, history, 500)
    assert source.may_have_lost()


def test_ticks_that_wrap_are_no_matter(light):
    source, request, clock, history = light
    # Some 12 days after the computer's start.
    clock.now = (1 << 30) - 100
    source._filter.start(False, clock.now)
    for number in range(5):
        request.flash(clock.now + 60 * number)
    assert look(source, clock, history, 1000) == 5
    assert history.last_ms == (1 << 30) - 100 + 240
