"""What some deliveries mean for the database, sorted by table; parsed once, saved in one transaction."""

import hashlib
from typing import NamedTuple

from .exactly import Number, Poison, decode, encode
from .others import check_row, event_row, info_news, status_news
from .reading import can_be, row, word
from .source import Delivery
from .topic import Topics

# Of a poisoned message so much is kept.
_KEPT_BYTES = 4096
_KEPT_TOPIC = 512
# When a gateway was heard of last is written down so often at the most.
_SEEN_S = 10.0


class Poisoned(NamedTuple):
    digest: str
    topic: str
    payload: bytes
    size: int
    reason: str


class Seen:
    """When a gateway or meter was heard of, as the database has it: not every reading need say so again."""

    def __init__(self):
        self._at: dict[object, float] = {}

    def is_news(self, who: object, at_s: float) -> bool:
        known = self._at.get(who)
        return known is None or at_s - known >= _SEEN_S

    def keep(self, who: object, at_s: float | None) -> None:
        """The database has it."""
        self._at[who] = max(self._at.get(who, 0.0), at_s or 0.0)


class Batch:
    """readings: rows, in the order in which they came; came[i] is the delivery of readings[i].

    gateways: gateway to what is new of it; meters: (gateway, meter) to (last_seen, state).
    """

    def __init__(self, topics: Topics, seen: Seen, now_s: float):
        self._topics = topics
        self._seen = seen
        self._now_s = now_s
        self.readings: list[tuple] = []
        self.came: list[Delivery] = []
        self.checks: dict[tuple, tuple] = {}
        self.events: dict[tuple, tuple] = {}
        self.gateways: dict[str, dict] = {}
        self.meters: dict[tuple[str, str], dict] = {}
        self.poisoned: dict[str, Poisoned] = {}
        self.ignored = self.others = 0

    def add(self, delivery: Delivery) -> None:
        try:
            place = self._topics.place(delivery.topic)
            if not place.kind or (not delivery.payload and place.kind not in ("reading", "event")):
                # An empty payload is how a retained message is taken back.
                self.ignored += 1
                return
            text, body = decode(delivery.payload)
            getattr(self, "_" + place.kind)(delivery, place.gateway, place.meter, body, text)
            self.others += place.kind != "reading"
        except Poison as e:
            self.poison(delivery, str(e))

    def poison(self, delivery: Delivery, reason: str) -> None:
        topic = delivery.topic.encode(errors="backslashreplace")
        digest = hashlib.sha256(topic + b"\0" + delivery.payload).hexdigest()
        kept = topic.decode().replace("\0", "\\0")[:_KEPT_TOPIC]
        size = len(delivery.payload)
        self.poisoned[digest] = Poisoned(digest, kept, delivery.payload[:_KEPT_BYTES], size, reason)

    def saved(self) -> None:
        """The database has it all."""
        for gateway, news in self.gateways.items():
            self._seen.keep(gateway, news.get("last_seen"))
        for who, news in self.meters.items():
            self._seen.keep(who, news.get("last_seen"))

    def _reading(self, delivery: Delivery, gateway: str, meter: str, body: dict, text: str) -> None:
        values = row(gateway, meter, body, self._now_s)
        self.readings.append(values)
        self.came.append(delivery)
        ts = values[4]
        if values[7]:
            # It waited in the journal: it says nothing of when.
            at_s = 0.0
        else:
            at_s = self._now_s if ts is None else min(float(ts), self._now_s)
        if self._seen.is_news((gateway, meter), at_s):
            self._heard(gateway, at_s or None)
            self._heard_meter(gateway, meter, at_s or None)

    def _check(self, delivery: Delivery, gateway: str, meter: str, body: dict, text: str) -> None:
        values = check_row(gateway, meter, body)
        self.checks[values[:3]] = values
        self._heard(gateway, self._at(delivery, body))
        self._heard_meter(gateway, meter, None)

    def _event(self, delivery: Delivery, gateway: str, meter: None, body: dict, text: str) -> None:
        values = event_row(gateway, body)
        before = self.events.get(values[:3])
        if before is None or replaces(values, before):
            self.events[values[:3]] = values
        self._heard(gateway, self._at(delivery, body))

    def _status(self, delivery: Delivery, gateway: str, meter: None, body: dict, text: str) -> None:
        news = status_news(body, text)
        # The last will is the broker's word, not the gateway's.
        at_s = None if news["state"] == "offline" else self._at(delivery, body)
        self._heard(gateway, at_s).update({key: value for key, value in news.items() if value is not None})

    def _info(self, delivery: Delivery, gateway: str, meter: None, body: dict, text: str) -> None:
        self._heard(gateway, self._at(delivery, body)).update(info_news(body, text))

    def _update(self, delivery: Delivery, gateway: str, meter: None, body: dict, text: str) -> None:
        self._heard(gateway, self._at(delivery, body))["update_status"] = encode(body)

    def _availability(self, delivery: Delivery, gateway: str, meter: str, body: dict, text: str) -> None:
        state = word(body, "state")
        if state is None:
            raise Poison("state is missing")
        self._heard(gateway, self._at(delivery, body))
        self._heard_meter(gateway, meter, None)["state"] = state

    def _at(self, delivery: Delivery, body: dict) -> float | None:
        """When the gateway said so: the broker may have kept it for days.  None where nothing tells."""
        ts = body.get("ts")
        if isinstance(ts, (Number, int)) and can_be(ts, self._now_s):
            return min(float(ts), self._now_s)
        return None if delivery.retained else self._now_s

    def _heard(self, gateway: str, at_s: float | None) -> dict:
        return _later(self.gateways.setdefault(gateway, {}), at_s)

    def _heard_meter(self, gateway: str, meter: str, at_s: float | None) -> dict:
        return _later(self.meters.setdefault((gateway, meter), {}), at_s)


def _later(news: dict, at_s: float | None) -> dict:
    if at_s is not None:
        news["last_seen"] = max(at_s, news.get("last_seen", 0.0))
    return news


def replaces(values: tuple, before: tuple) -> bool:
    """Of two messages of an event, whether the first is the newer: what is over does not open again."""
    if before[5] is False and values[5] is True:
        return False
    if values[5] is False and before[5] is True:
        return True
    return before[7] is None or values[7] is None or float(values[7]) >= float(before[7])
