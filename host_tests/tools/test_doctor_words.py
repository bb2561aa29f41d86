"""What the doctor makes of a gateway's state, without a gateway: the faults that no test of the whole can wait for."""

import copy

import pytest

from lumbus.doctor import metering, network
from lumbus.doctor.chain import Chain

METER = {
    "meter": "16250476ad320102",
    "address": 49,
    "profile": "m1pro40",
    "available": True,
    "failure": None,
    "light": 0,
    "light_state": "ok",
    "verdict": "agree",
    "age_s": 1,
    "reading": {"power_w": 150},
}
STATE = {
    "version": "0.1.0",
    "platform": "esp32-micropython",
    "gateway": "cellar",
    "mode": "running",
    "boot": 3,
    "uptime_s": 7300,
    "ts": 1795461463.6,
    "wifi": {"state": "up", "ssid": "home", "address": "192.0.2.7", "why": None},
    "mqtt": {"host": "broker", "port": 8883, "tls": True, "connected": True, "failure": None, "waiting": 0},
    "time": {"why": None},
    "bus": {"baud": 2400, "parity": "even", "repeats": 0, "damaged": 0},
    "meters": [METER],
    "events": [],
}
NOBODY = "no reply from address 49 within 276 ms; check wiring, address and baud rate"


def changed(**parts) -> dict:
    state = copy.deepcopy(STATE)
    for key, value in parts.items():
        if isinstance(value, dict):
            state[key].update(value)
        else:
            state[key] = value
    return state


class Contact:
    """Answers with a state, and with what the probe found."""

    def __init__(self, state, found=(), damaged=False):
        self._state = state
        self._probe = {"found": list(found), "damaged": damaged}

    def state(self):
        return self._state

    def ask(self, verb, within_s):
        return self._probe if verb == "probe" else {}


def faults(state, **probe) -> list:
    contact = Contact(state, **probe)
    return [(each.link, each.fault) for each in Chain(contact, lambda text: None).links(state)]


def test_all_well_goes_to_the_end():
    assert [link for link, fault in faults(STATE) if fault is None] == [
        "firmware",
        "wifi",
        "clock",
        "broker",
        "bus",
        "meter",
        "light",
        "agreement",
    ]


@pytest.mark.parametrize(
    ("failure", "fault"),
    [
        ("the broker refuses: user name or password is wrong", "broker_refused"),
        ("the broker refuses: it is not available now", "broker_refused"),
        ("cannot connect ([Errno 111] ECONNREFUSED)", "broker_refused"),
        ("cannot connect (DNS gives no address for broker (-2))", "broker_unknown"),
        ("connecting took more than 10 s", "broker_silent"),
        ("no CONNACK within 5 s", "broker_silent"),
        ("cannot connect (the broker's certificate has expired, or this clock is ahead)", "certificate"),
        ("cannot connect (the broker's certificate is not valid yet, or this clock is behind)", "certificate"),
        ("cannot connect (the broker's certificate is not signed by the CA that was given (mqtt.ca))", "certificate"),
        ("cannot connect (the broker's certificate is not for broker; is mqtt.server_name right?)", "certificate"),
        ("the clock is not set yet, and certificates have dates: waiting for NTP", "clock"),
        ("connection lost (closed by the other side)", "broker_lost"),
    ],
)
def test_each_failure_of_the_broker_has_a_name_and_advice(failure, fault):
    found = network.broker(changed(mqtt={"connected": False, "failure": failure}))
    assert (found.fault, found.well) == (fault, False)
    assert failure in found.text and found.advice


@pytest.mark.parametrize(
    ("why", "fault"),
    [
        ("home refuses; is its password in secrets.json right?", "wifi_refused"),
        ("home is not to be heard", "wifi_absent"),
        ("home has fallen silent", "wifi_silent"),
        ("home gives no link within 20 s", "wifi_slow"),
    ],
)
def test_each_failure_of_the_wifi_has_a_name(why, fault):
    assert network.wifi(changed(wifi={"state": "paused", "why": why})).fault == fault
    assert faults(changed(wifi={"state": "paused", "why": why}))[-1] == ("wifi", fault)


def test_another_network_may_yet_do():
    assert not network.has_tried(changed(wifi={"state": "joining", "why": "home refuses"}))


def test_without_a_clock_tls_cannot_be_and_plain_can():
    assert network.clock(changed(ts=None, time={"why": "pool.ntp.org: no answer"})).fault == "clock"
    plain = network.clock(changed(ts=None, mqtt={"tls": False}))
    assert plain.well is None and plain.fault is None and plain.advice


def silent(**more) -> dict:
    return changed(meters=[{**METER, "failure": NOBODY, "available": False, "verdict": "no_meter", **more}])


def test_what_the_probe_finds_is_named():
    odd, slow, moved = (
        {"baud": 2400, "parity": "odd", "address": 49},
        {"baud": 300, "parity": "even", "address": 254},
        {"baud": 2400, "parity": "even", "address": 5},
    )
    assert faults(silent(), found=[odd])[-1] == ("bus", "parity")
    assert faults(silent(), found=[slow])[-1] == ("bus", "baud")
    assert faults(silent(), found=[moved])[-1] == ("meter", "address")
    assert faults(silent(), damaged=True)[-1] == ("bus", "noise")
    assert faults(silent())[-1] == ("meter", "meter_silent")
    text = "3 bytes; check that the profile fits this meter"
    assert faults(silent(failure=text), found=[{**moved, "address": 49}])[-1] == ("meter", "meter_unreadable")
    assert faults(silent(failure="cannot write; check the serial line's device"))[-1] == ("bus", "line")


def test_one_of_two_meters_is_named():
    state = silent(address=50, meter=None)
    state["meters"].insert(0, METER)
    assert faults(state)[-3:] == [("bus", None), ("meter", None), ("meter", "meter_silent")]


@pytest.mark.parametrize("verdict", ["pulses_missing", "pulses_extra", "register_stuck", "pulse_constant_wrong"])
def test_a_disagreement_says_how_much(verdict):
    event = {"kind": verdict, "meter": METER["meter"], "pulses_low": 32, "pulses_high": 129, "text": None}
    found = metering.agreement({**METER, "verdict": verdict}, [event])
    assert (found.fault, found.advice is not None) == ("disagreement", True)
    assert found.text.endswith(", by 32 to 129 pulses")


@pytest.mark.parametrize("state", ["dark", "stuck", "flicker", "too_fast"])
def test_each_trouble_of_a_light_comes_before_the_verdict(state):
    link, fault = faults(changed(meters=[{**METER, "light_state": state, "verdict": "pulses_missing"}]))[-1]
    assert link == "light" and fault == "light_" + {"dark": "blocked"}.get(state, state)


def test_safe_and_set_up_mode_end_it_at_the_firmware():
    assert faults(changed(mode="safe")) == [("firmware", "safe_mode")]
    assert faults({"mode": "setup", "version": "0.1.0", "platform": "x", "gateway": "y"}) == [("firmware", "setup")]
