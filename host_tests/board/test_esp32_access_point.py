"""The ESP32's access point: WPA2 always, and who is on it."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from esp32_fakes import load
from esp32_netfakes import Station

esp32_access_point = load("esp32_access_point")
esp32_radio = load("esp32_radio")


class Wlan:
    def __init__(self, done):
        self.done = done
        self.settings = None
        self.addresses = None

    def active(self, on):
        self.done.append("on" if on else "off")

    def config(self, **settings):
        self.done.append("config")
        self.settings = settings

    def ifconfig(self, addresses=None):
        if addresses is not None:
            self.addresses = addresses
        return self.addresses


class Network:
    STA_IF, AP_IF = 0, 1
    AUTH_WPA2_PSK = 3

    def __init__(self):
        self.done = []
        self.point = Wlan(self.done)
        self.station = Station([])

    def hostname(self, name):
        pass

    def WLAN(self, interface):
        return self.point if interface == self.AP_IF else self.station


def made():
    network = Network()
    esp32_access_point.network = esp32_radio.network = network
    # The radio loads it when it is wanted: then it is this one.
    sys.modules["esp32_access_point"] = esp32_access_point
    return esp32_radio.Radio("lumbus-ecab1c"), network


def test_it_is_on_before_it_takes_its_settings_and_never_stays_open():
    radio, network = made()
    assert radio.open_access_point("lumbus-ecab1c", "abcdefghjk") == "192.168.4.1"
    assert network.done == ["on", "config"]
    settings = network.point.settings
    assert (settings["ssid"], settings["key"], settings["security"]) == ("lumbus-ecab1c", "abcdefghjk", 3)
    assert network.point.addresses[3] == "192.168.4.1"
    radio.close_access_point()
    radio.close_access_point()
    assert network.done == ["on", "config", "off"]


def test_who_is_on_it():
    radio, network = made()
    assert not radio.is_guest("192.168.4.2")
    radio.open_access_point("lumbus-ecab1c", "abcdefghjk")
    assert radio.is_guest("192.168.4.2")
    for peer in ("192.168.40.2", "192.0.2.9", "", None):
        assert not radio.is_guest(peer)
    radio.join("home", "secret")
    assert radio.is_guest("192.168.4.2")
    # Where the network that was joined has the same addresses nobody can tell who comes from where.
    network.station.ifconfig = lambda: ("192.168.4.77", "255.255.255.0", "192.168.4.1", "192.168.4.1")
    assert not radio.is_guest("192.168.4.2")
    radio.close_access_point()
    assert not radio.is_guest("192.168.4.2")


def test_the_boards_names():
    radio, network = made()
    assert radio.hosts() == ["lumbus-ecab1c", "lumbus-ecab1c.local"]
    radio.open_access_point("lumbus-ecab1c", "abcdefghjk")
    radio.join("home", "secret")
    assert radio.hosts()[0] == "192.168.4.1" and len(radio.hosts()) == 3
    network.station.is_up = True
    assert radio.hosts()[:2] == ["192.168.4.1", "192.0.2.7"]
    radio.close_access_point()
    assert radio.hosts()[0] == "192.0.2.7"


def test_what_is_heard():
    radio, network = made()
    network.station.scan = lambda: [
        (b"home", b"123456", 1, -40, 3, False),
        (b"open", b"123456", 6, -70, 0, False),
        (b"\xff\xfe", b"123456", 6, -70, 3, False),
    ]
    assert radio.scan() == [["home", -40, True], ["open", -70, False]]

    def fails():
        raise OSError("Wifi Internal Error")

    network.station.scan = fails
    raises(OSError, radio.scan)
