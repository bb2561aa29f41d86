"""The ESP32's Ethernet: what it asks of the driver, and when it counts as up."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from esp32_fakes import Machine, Pin, load
from esp32_netfakes import Network

esp32_lan = load("esp32_lan")
BOARD = load("pins").BOARDS["olimex-esp32-poe"]


class Radio:
    now = "joining"

    def state(self):
        return self.now

    def address(self):
        return "192.0.2.7"


def made(network=None):
    esp32_lan.network = network or Network()
    esp32_lan.machine = Machine()
    radio = Radio()
    lines = []
    return esp32_lan.Lan(BOARD["lan"], "lumbus-ecab1c", radio, lines.append), esp32_lan.network, radio, lines


def test_the_driver_gets_the_board_s_pins_and_the_name_comes_first():
    _, network, _, lines = made()
    assert network.done == ["hostname lumbus-ecab1c", "lan", "lan active"] and lines == []
    options = network.lan.options
    pins = {name: options.pop(name).number for name in ("mdc", "mdio", "power", "ref_clk")}
    assert pins == {"mdc": 23, "mdio": 18, "power": 12, "ref_clk": 17}
    assert options == {"phy_type": Network.PHY_LAN8720, "phy_addr": 0, "ref_clk_mode": Pin.OUT}


def test_it_is_up_with_an_address_and_a_cable():
    lan, network, _, _ = made()
    assert lan.state() == "joining"
    network.lan.now_status = Network.ETH_CONNECTED
    assert lan.state() == "joining"
    network.lan.plug("192.0.2.8")
    assert lan.state() == "up" and lan.address() == "192.0.2.8"
    network.lan.pull()
    assert lan.state() == "joining"


def test_what_wifi_does_to_the_driver_s_state_takes_no_network_away():
    lan, network, radio, _ = made()
    network.lan.plug("192.0.2.8")
    for status in (Network.ETH_STARTED, Network.ETH_CONNECTED):
        network.lan.now_status = status
        assert lan.state() == "up"
    network.lan.pull()
    radio.now = "up"
    assert lan.state() == "up"


def test_the_radio_answers_where_the_cable_does_not():
    lan, _, radio, _ = made()
    for state in ("refused", "absent", "up"):
        radio.now = state
        assert lan.state() == state
    assert lan.address() == "192.0.2.7"


def test_without_ethernet_in_the_image_or_on_the_board_the_rest_goes_on():
    class Bare(Network):
        def __init__(self):
            super().__init__()
            del self.LAN

    lan, _, radio, lines = made(Bare())
    assert len(lines) == 1 and "ethernet: cannot be switched on" in lines[0]
    radio.now = "up"
    assert lan.state() == "up" and lan.address() == "192.0.2.7"
    broken = Network()
    broken.lan.errors.append(OSError("esp_eth_driver_install failed"))
    lan, _, _, lines = made(broken)
    assert len(lines) == 1 and "esp_eth_driver_install failed" in lines[0] and lan.state() == "joining"
