"""The ESP32's radio: what it asks of the driver, and in which order."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from esp32_fakes import load
from esp32_netfakes import Network

esp32_radio = load("esp32_radio")


def made(*errors):
    esp32_radio.network = network = Network(errors)
    return esp32_radio.Radio("lumbus-ecab1c"), network


def test_the_name_is_set_before_the_first_connect():
    radio, network = made()
    assert radio.state() == "joining" and radio.address() == "none"
    radio.leave()
    radio.join("home", "secret")
    assert network.done == ["hostname lumbus-ecab1c", "active", "connect"]
    assert network.station.asked == ("home", "secret")


def test_an_open_network_has_no_password():
    radio, network = made()
    for password in (None, ""):
        radio.join("cafe", password)
        assert network.station.asked == ("cafe", None)


def test_states_are_words():
    radio, network = made()
    radio.join("home", "secret")
    for status, word in ((200, "silent"), (201, "absent"), (202, "refused"), (1001, "joining"), (7, "joining")):
        network.station.now_status = status
        assert radio.state() == word
    network.station.is_up = True
    assert radio.state() == "up" and radio.address() == "192.0.2.7"


def test_leaving_what_was_not_joined_is_no_error_and_a_refused_connect_is():
    radio, network = made(OSError("Wifi Internal Error"))
    raises(OSError, radio.join, "home", "secret")
    radio.leave()
    radio.join("home", "secret")
    assert network.done[-3:] == ["connect", "disconnect", "connect"]


def test_restart_switches_off_and_on():
    radio, network = made()
    radio.join("home", "secret")
    radio.restart()
    assert network.done[-3:] == ["active", "hostname lumbus-ecab1c", "active"]
