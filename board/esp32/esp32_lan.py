"""The ESP32's Ethernet, in the place of the radio for whether there is a network; loaded only on boards that have it.

* The driver keeps the link and asks for an address by itself: once it is on, nothing has to be done.
* isconnected() is not what is asked here.  By the port's source the driver keeps one state for all events, so that
  those of Wi-Fi change it too: an address and no sign of a pulled cable is what stays right with both.
* Its address outlives a pulled cable by two minutes; the state does not.
* The chip's radio is still there, for Wi-Fi beside the cable and for setting up without one.
"""

import machine
import network

_NO_ADDRESS = "0.0.0.0"


class Lan:
    """Switched on at once, which takes 0.1 s.  `lan`: as of pins.py; `radio` answers where the cable does not."""

    def __init__(self, lan: dict, hostname: str, radio, tell) -> None:
        self._radio = radio
        # Some stubs know another port's LAN: a list of anything holds it.
        self._lan: list = []
        try:
            network.hostname(hostname)
            self._lan.append(_opened(network, lan))
            self._lan[0].active(True)
        except (OSError, ValueError, AttributeError) as e:
            # AttributeError: an image without Ethernet.
            self._lan.clear()
            tell("ethernet: cannot be switched on (%s); does the image have network.LAN, and the board this chip?" % e)

    def state(self) -> str:
        """up (link and address), or what the radio says."""
        for lan in self._lan:
            if lan.status() != network.ETH_DISCONNECTED and lan.ifconfig()[0] != _NO_ADDRESS:
                return "up"
        return self._radio.state()

    def address(self) -> str:
        """The cable's where it has one, else the radio's."""
        for lan in self._lan:
            if lan.ifconfig()[0] != _NO_ADDRESS:
                return lan.ifconfig()[0]
        return self._radio.address()


def _opened(driver, lan: dict):
    pin = machine.Pin
    return driver.LAN(
        mdc=pin(lan["mdc"]),
        mdio=pin(lan["mdio"]),
        power=pin(lan["power"]),
        phy_type=getattr(driver, lan["phy_type"]),
        phy_addr=lan["phy_addr"],
        ref_clk=pin(lan["ref_clk"]),
        ref_clk_mode=pin.OUT,
    )
