"""One meter: polled over the bus, checked against its light, handed to the outbox."""

from mbus.errors import BusError, MBusError

from .event import Event
from .messages import availability_json, check_json, event_json, note_json
from .metercheck import MeterCheck
from .reading import Reading

NO_METER = "no_meter"


class Meter:
    """`settings` is one of config["meters"]; `light` its Light or None.

    `stamp(reading)` puts boot and sequence number on an accepted reading.
    Counters: `polls`, `failures`.
    """

    def __init__(self, settings: dict, profile, master, lock, clock, log, outbox, topics, light, stamp):
        self._settings = settings
        self._profile = profile
        self._master = master
        self._lock = lock
        self._clock = clock
        self._log = log
        self._outbox = outbox
        self._topics = topics
        self._stamp = stamp
        self.light = light
        self.check = None
        if light is not None:
            settle_ms = 1000 * (settings["settle_s"] or profile.settle_s)
            self.check = MeterCheck(profile, light, settings["energy"], settle_ms)
        self.identity = settings["secondary"]
        self.seen = None
        self.verdict = None
        self.polls = 0
        self.failures = 0
        self._last_failure = None
        self._now = False

    def poll_now(self) -> None:
        """Do the next poll at once."""
        self._now = True

    async def run(self, beat) -> None:
        due = self._clock.ms()
        while True:
            await self._wait_until(due, beat)
            await self.poll()
            beat()
            due = max(due + self._settings["poll_s"] * 1000, self._clock.ms())

    async def _wait_until(self, due: int, beat) -> None:
        self._now = False
        while self._clock.ms() < due and not self._now:
            beat()
            await self._clock.sleep_ms(max(1, min(due - self._clock.ms(), 200)))

    async def poll(self) -> None:
        """One reading, or one counted failure; the bus's and the line's errors end here."""
        self.polls += 1
        try:
            async with self._lock:
                reply = await self._master.read(self._settings["address"])
            numbers = self._numbers(reply.telegram)
        except (MBusError, OSError) as e:
            self._failed(e)
            return
        self._last_failure = None
        self._accept(reply, numbers)

    def _numbers(self, telegram) -> dict:
        """{role: (mantissa, exponent) or None} of the records that the profile names."""
        numbers = {}
        for role, record in self._profile.pick(telegram).items():
            try:
                numbers[role] = record.number()
            except ValueError:
                numbers[role] = None
        return numbers

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        text = str(error)
        if text != self._last_failure:
            self._last_failure = text
            self._log("meter at address %d: %s; %s" % (self._settings["address"], text, _advice(error)))
        if self.verdict == NO_METER:
            return
        self._tell_verdict(NO_METER)
        if self.seen is not None:
            self._tell_available(False)

    def _accept(self, reply, numbers: dict) -> None:
        clock = self._clock
        at_ms = reply.received_ms
        identity = reply.telegram.secondary_address
        self._recognise(identity)
        utc_ms = clock.utc_ms()
        ts_ms = None if utc_ms is None else utc_ms - (clock.ms() - at_ms)
        reading = Reading(identity, at_ms, ts_ms, numbers)
        reading.flag_ranges(self._profile.ranges)
        happened = []
        if self.check is not None:
            happened = self.check.take(reading, reply.requested_ms)
        elif not any(numbers.get(role) for role in ("import", "export")):
            reading.flags.append("register_missing")
        self._stamp(reading)
        topic = self._topics.meter(identity, "reading")
        self._outbox.put(topic, reading.to_json(), False, True)
        for thing in happened:
            self._tell(thing, reading)
        if self.verdict in (None, NO_METER):
            self._tell_available(True)
        self._tell_verdict(reading.verdict or "unchecked")

    def _recognise(self, identity: str) -> None:
        """Notice another meter at the address; the check begins anew with it."""
        if self.seen == identity:
            return
        expected = self.seen or self.identity
        self.seen = identity
        if expected is None or expected == identity:
            self._log("meter at address %d is %s" % (self._settings["address"], identity))
            return
        self._log(
            "meter at address %d: identity is %s and was %s; the check begins anew"
            % (self._settings["address"], identity, expected)
        )
        if self.check is not None:
            self.check.restart()
        self._note("meter_exchanged", "was " + expected)

    def _tell(self, thing, reading) -> None:
        if not isinstance(thing, Event):
            kind, text = thing
            self._log("meter %s: %s (%s)" % (reading.meter, kind, text))
            self._note(kind, text)
        elif self.check is not None:
            self._log("meter %s: %s" % (reading.meter, _in_words(thing)))
            self._outbox.put(self._topics.event, event_json(thing, reading, self.check.units))

    def _note(self, kind: str, text: str) -> None:
        clock = self._clock
        self._outbox.put(self._topics.event, note_json(kind, self.seen, text, clock.ms(), clock.utc_ms()))

    def _tell_verdict(self, verdict: str) -> None:
        if verdict == self.verdict:
            return
        self.verdict = verdict
        if self.seen is None:
            # Its topic is its identity, which nobody knows yet.
            self._note(verdict, "address %d has not answered yet" % self._settings["address"])
            return
        clock = self._clock
        text = check_json(verdict, clock.ms(), clock.utc_ms())
        self._outbox.put(self._topics.meter(self.seen, "check"), text, True)

    def _tell_available(self, online: bool) -> None:
        self._outbox.put(self._topics.meter(self.seen, "availability"), availability_json(online), True)


def _advice(error: Exception) -> str:
    if isinstance(error, OSError):
        return "check the serial line's device"
    if isinstance(error, BusError):
        return "check wiring, address and baud rate"
    return "check that the profile fits this meter"


def _in_words(event: Event) -> str:
    state = "" if event.open else ", over"
    if event.pulses_low is None:
        return event.kind + state
    return "%s, %d to %d%s" % (event.kind, event.pulses_low, event.pulses_high, state)
