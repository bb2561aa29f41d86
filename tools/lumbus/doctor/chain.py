"""The chain, link by link: each Finding as it is known, until the first that is wrong.

What may still come is waited for, to a deadline each: a network that is being joined, a first poll, a light that has
not been dark for long enough to say so.
"""

import time
from collections.abc import Callable, Iterator

from . import metering, network
from .finding import Finding, good, wrong

_WIFI_S = 45
_CLOCK_S = 20
_BROKER_S = 25
_METER_S = 20
_LIGHT_S = 20
_PROBE_S = 130
_AGAIN_S = 0.5
_SAFE = "look at its log (lumbus monitor PORT) and its supply; it starts again by itself within 30 min"


class Lost(Exception):
    """It answered before, and does not any more."""


class Chain:
    """`contact` has ask() and state(); progress(text) shows what is being waited for, "" for nothing."""

    def __init__(self, contact, progress: Callable[[str], None]):
        self._contact = contact
        self._progress = progress
        self.state: dict = {}

    def links(self, state: dict) -> Iterator[Finding]:
        """All that follow the firmware; ends behind the first that is wrong."""
        self.state = state
        for finding in self._each():
            self._progress("")
            yield finding
            if finding.well is False:
                return

    def _each(self) -> Iterator[Finding]:
        if self.state["mode"] == "setup":
            text = "it is in set-up mode: it has no configuration yet"
            yield wrong("firmware", "setup", text, "lumbus setup PORT, or join its access point and open its page")
            return
        if self.state["mode"] == "safe":
            text = "safe mode: its last starts did not last, so it meters and leaves the network alone"
            yield wrong("firmware", "safe_mode", text, _SAFE)
            return
        yield good("firmware", _firmware(self.state))
        self._until("joining the Wi-Fi", _WIFI_S, network.has_tried)
        yield network.wifi(self.state)
        self._until("waiting for a time server", _CLOCK_S, lambda state: state["ts"] is not None)
        yield network.clock(self.state)
        self._until("waiting for the broker", _BROKER_S, lambda state: network.broker(state).fault != network.PASSING)
        yield network.broker(self.state)
        yield from self._metering()

    def _metering(self) -> Iterator[Finding]:
        self._until("waiting for the meters", _METER_S, _all_asked, self._poll)
        probe = None
        if any(meter["failure"] for meter in self.state["meters"]):
            self._progress("a meter is silent: asking at other parities and baud rates (up to 2 min)")
            probe = self._contact.ask("probe", _PROBE_S)
            self._again()
        yield metering.line(self.state, probe)
        for number, _ in enumerate(self.state["meters"]):
            yield metering.meter(self.state["meters"][number], probe)
        self._until("watching the lights", _LIGHT_S, _lights_known)
        for number, _ in enumerate(self.state["meters"]):
            yield metering.light(self.state["meters"][number])
        for number, _ in enumerate(self.state["meters"]):
            yield metering.agreement(self.state["meters"][number], self.state["events"])

    def _poll(self) -> None:
        self._contact.ask("poll", 3)

    def _until(self, text: str, within_s: float, done, first=None) -> None:
        if done(self.state):
            return
        self._progress(text)
        if first is not None:
            first()
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            self._again()
            if done(self.state):
                return
            time.sleep(_AGAIN_S)

    def _again(self) -> None:
        for _ in range(3):
            state = self._contact.state()
            if state is not None:
                self.state = state
                return
        raise Lost("it does not answer any more: has it started again, or lost its connection?")


def _firmware(state: dict) -> str:
    return (
        f"lumbus {state['version']} on {state['platform']}, gateway {state['gateway']}, "
        f"start {state['boot']}, up {_span(state['uptime_s'])}"
    )


def _all_asked(state: dict) -> bool:
    return all(meter["reading"] is not None or meter["failure"] for meter in state["meters"])


def _lights_known(state: dict) -> bool:
    """Where the meter says that there is a load, whether its light is seen shows within seconds."""
    for meter in state["meters"]:
        power = (meter["reading"] or {}).get("power_w")
        if meter["light_state"] == "unknown" and power:
            return False
    return True


def _span(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes < 1:
        return f"{int(seconds)} s"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} days"
