"""Wi-Fi as a state machine: several known networks, a deadline in every state, and a last resort.

paused    nothing is tried until its time has come: after each round through all networks longer, up to 5 min
joining   the radio tries one network, 20 s at the most; the next one then, where it refuses or is not there sooner
up        there is a link and an address
lost      the driver joins again by itself, 60 s at the most; then the round begins with that network

Without any link the radio is switched off and on every 10 min. The last resort is a restart of the board: an hour
after the last link, or after 12 h where there was none since the start, for metering goes on without.

Loaded only where the board has a radio. The radio: `join(ssid, password)` and `restart()`, which raise OSError,
`leave()`, `address()`, and `state()`: "up", "joining", or why not: "absent", "refused", "silent".
No line that is told has a password in it.
"""

from mbus._const import const

from .backoff import Backoff

_PAUSED = const(0)
_JOINING = const(1)
_UP = const(2)
_LOST = const(3)
_NAMES = const("paused joining up lost")
_JOIN_MS = const(20000)
# A driver that has just been asked may still tell of the network before.
_SETTLE_MS = const(3000)
_LOST_MS = const(60000)
_FIRST_PAUSE_MS = const(5000)
_MOST_PAUSE_MS = const(300000)
_RADIO_MS = const(600000)
_LAST_MS = const(3600000)
_NEVER_MS = const(43200000)
_EACH_MS = const(1000)
_WHY = {
    "absent": "is not to be heard",
    "refused": "refuses; is its password in secrets.json right?",
    "silent": "has fallen silent",
}


class Wifi:
    """`networks`: config["wifi"], in order of preference.  last_resort(text) restarts the board in good order.

    Counters: `joins` (links that came up), `losses`, `restarts` of the radio.  `why` it is not up, else None.
    """

    def __init__(self, radio, clock, log, networks: list, random_below, last_resort):
        self._radio = radio
        self._clock = clock
        self._log = log
        self._networks = networks
        self._last_resort = last_resort
        self._backoff = Backoff(_FIRST_PAUSE_MS, _MOST_PAUSE_MS, random_below)
        self._state = _PAUSED
        # How many of this round have been tried, and the place of the first.
        self._tried = self._first = 0
        now = clock.ms()
        self._since_ms = self._link_ms = self._radio_ms = now
        self._until_ms = now
        self._said = {}
        self.why = None
        self.joins = self.losses = self.restarts = 0

    def counters(self) -> dict:
        """For the status."""
        return {
            "state": _NAMES.split()[self._state],
            "ssid": self._network()["ssid"],
            "joins": self.joins,
            "losses": self.losses,
            "restarts": self.restarts,
            "address": self._radio.address(),
            "why": self.why,
        }

    async def run(self, beat) -> None:
        while True:
            self.tick()
            beat()
            await self._clock.sleep_ms(_EACH_MS)

    def tick(self) -> None:
        """Do what is to be done; waits for nothing."""
        now = self._clock.ms()
        state = self._radio.state()
        if state == "up":
            self._link_ms = self._radio_ms = now
            if self._state != _UP:
                self._come_up(now)
        elif self._state == _UP:
            self.losses += 1
            self._enter(_LOST, now, _LOST_MS)
            self._say("the link to %s is lost", "")
        elif self._state == _JOINING and state in _WHY and now - self._since_ms >= _SETTLE_MS:
            self._say("%s " + _WHY[state], state)
            self._next(now)
        elif now >= self._until_ms:
            if self._state == _LOST:
                # The round begins with the one that was good.
                self._tried = 0
                self._join(now)
            elif self._state == _JOINING:
                self._say("%s gives no link within 20 s", "slow")
                self._next(now)
            else:
                self._join(now)
        if state != "up":
            self._despair(now)

    def _network(self) -> dict:
        return self._networks[(self._first + self._tried) % len(self._networks)]

    def _enter(self, state: int, now: int, lasts_ms: int) -> None:
        self._state = state
        self._since_ms = now
        self._until_ms = now + lasts_ms

    def _come_up(self, now: int) -> None:
        self.joins += 1
        self._enter(_UP, now, 0)
        self._first = (self._first + self._tried) % len(self._networks)
        self._tried = 0
        self._backoff.reset()
        self._said.clear()
        self.why = None
        self._log("wifi: %s, address %s" % (self._network()["ssid"], self._radio.address()))

    def _next(self, now: int) -> None:
        """The next network, or a pause where all were tried."""
        self._tried += 1
        if self._tried < len(self._networks):
            self._join(now)
            return
        self._tried = 0
        self._radio.leave()
        self._enter(_PAUSED, now, self._backoff.next_ms())

    def _join(self, now: int) -> None:
        network = self._network()
        self._enter(_JOINING, now, _JOIN_MS)
        try:
            self._radio.leave()
            self._radio.join(network["ssid"], network["password"])
        except OSError as e:
            self._say("%s cannot be joined: " + str(e), "error")

    def _despair(self, now: int) -> None:
        if now - self._radio_ms >= _RADIO_MS:
            self._radio_ms = now
            self.restarts += 1
            self._log("wifi: no link for %d min; the radio is switched off and on" % ((now - self._link_ms) // 60000))
            try:
                self._radio.restart()
            except OSError as e:
                self._log("wifi: the radio cannot be switched on (%s)" % e)
            self._tried = 0
            self._join(now)
        if now - self._link_ms >= (_LAST_MS if self.joins else _NEVER_MS):
            self._link_ms = now
            self._last_resort("wifi: no link for so long that the board starts again")

    def _say(self, text: str, kind: str) -> None:
        """Tell what is news of this network."""
        ssid = self._network()["ssid"]
        self.why = text % ssid
        if self._said.get(ssid) != kind:
            self._said[ssid] = kind
            self._log("wifi: " + self.why)
