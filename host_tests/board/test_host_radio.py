# CPython only: the computer's own port is on the path there alone
"""The simulated radio has the manners of a real one."""

from simtime import SimClock

from host_radio import Radio


def joined(ssid, password):
    """(what it says at once, and a moment later; its address)."""
    clock = SimClock()
    radio = Radio({"home": "correct horse", "open": None, "dead": False}, clock)
    assert radio.state() == "joining" and radio.address() == "none"
    radio.join(ssid, password)
    first = radio.state()
    clock.now += 1000
    return first, radio.state(), radio.address()


def test_who_may_join_joins_and_others_learn_why_not():
    assert joined("home", "correct horse") == ("joining", "up", "127.0.0.1")
    assert joined("open", None) == ("joining", "up", "127.0.0.1")
    assert joined("home", "wrong horse") == ("joining", "refused", "none")
    assert joined("home", None) == joined("open", "a password") == ("joining", "refused", "none")
    assert joined("elsewhere", None) == ("joining", "absent", "none")
    assert joined("dead", None) == ("joining", "silent", "none")


def test_it_can_be_left():
    clock = SimClock()
    radio = Radio({"open": None}, clock)
    radio.join("open", None)
    clock.now += 1000
    assert radio.state() == "up"
    radio.leave()
    assert radio.state() == "joining"
