"""One meter: polled over the bus, checked against its light, handed to the outbox."""

from mbus.errors import BusError, MBusError

from .event import Event
from .extract import Extractor
from .kept import Kept
from .messages import availability_json, check_json, event_json, note_json
from .metercheck import MeterCheck
from .pollplan import PollPlan
from .reading import Reading

NO_METER = "no_meter"
# The verdict of a meter without a light.
UNCHECKED = "unchecked"


class Meter:
    """`settings` is one of config["meters"]; `light` its Light or None.

    `stamp` numbers readings and events; storage, retained: see kept.Kept.  Counters: `polls`, `failures`.
    """

    def __init__(
        self, settings: dict, profile, master, clock, log, outbox, topics, light, stamp, storage=None, retained=None
    ):
        self._settings = settings
        self.profile = profile
        self._extractor = Extractor(profile)
        self._master = master
        self._clock = clock
        self._log = log
        self._outbox = outbox
        self._topics = topics
        self._stamp = stamp
        self.light = light
        self.check = None
        self._kept = Kept(storage, retained, settings["address"], clock, log)
        if light is not None:
            settle_ms = 1000 * (settings["settle_s"] or profile.settle_s)
            self.check = MeterCheck(profile, light, settings["energy"], settle_ms, stamp.event, self._kept.read())
        # Who it is: as configured until it has answered.
        self.identity = settings["secondary"]
        self.address = settings["address"]
        self.energy = settings["energy"]
        self.verdict = self._capture = None
        # Since when the verdict holds.
        self.verdict_ms = 0
        self.polls = 0
        self.failures = 0
        # (ms, power as (mantissa, exponent) or None) of the last reading.
        self.read = None
        # The last Reading; why there was none since, None where there was one.
        self.reading = self.failure = None
        self._seen = False
        self.available = None
        self._missing = False
        self._last_failure = None
        self._plan = _plan(settings, light, clock.ms())
        self._asked = False

    def poll_now(self) -> None:
        """Have a poll done at once; the next one that was planned keeps its time."""
        self._asked = True

    def set_interval(self, seconds: int) -> None:
        """Another mean between readings, as long as this runs; shortest and longest follow as they do by default."""
        self._settings = dict(self._settings)
        self._settings.update({"poll_s": seconds, "poll_least_s": max(1, seconds // 6), "poll_most_s": 4 * seconds})
        self._plan = _plan(self._settings, self.light, self._clock.ms())

    def hurry(self, is_on: bool) -> None:
        """Poll as often as poll_least_s allows, or as it is configured again."""
        next_ms = self._plan.earliest_ms
        least = 1000 * self._settings["poll_least_s"]
        now = self._clock.ms()
        self._plan = PollPlan(least, least, least + 1, now) if is_on else _plan(self._settings, self.light, now)
        self._plan.earliest_ms = self._plan.latest_ms = next_ms

    def wait_ms(self) -> int:
        """How long until the next poll is due; 0 when it is."""
        return 0 if self._asked else self._plan.wait_ms(self._clock.ms(), self._history())

    def _history(self):
        return None if self.light is None else self.light.history

    def counters(self) -> dict:
        """What the status says of this meter."""
        light = self.light
        check = self.check
        return {
            "meter": self.identity,
            "verdict": self.verdict,
            "polls": self.polls,
            "failures": self.failures,
            "edges_refused": None if light is None else light.refused,
            "edges_refused_why": None if light is None else light.refused_why(),
            "light_difference": None if light is None else light.difference,
            "suspicions_withdrawn": None if check is None else check.check.withdrawn,
        }

    async def poll(self) -> None:
        """One reading, or one counted failure; the bus's and the line's errors end here."""
        began = self._clock.ms()
        planned = not self._plan.wait_ms(began, self._history())
        self._asked = False
        self.polls += 1
        check = None
        try:
            reply = await self._master.read(self.address)
            numbers, whole = self._extractor.numbers(reply.telegram)
            self._last_failure = self.failure = None
            self._accept(reply, numbers, whole)
            check = self.check and self.check.check
        except (MBusError, OSError) as e:
            self._failed(e)
        if planned:
            now = self._clock.ms()
            self._plan.after(now, now - began, check, self._history())

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        self.failure = "%s; %s" % (error, _advice(error))
        # The same trouble again is counted, not told again.
        if type(error) is not self._last_failure:
            self._last_failure = type(error)
            self._log("meter at address %d: %s" % (self.address, self.failure))
        if self.verdict != NO_METER:
            self._tell_verdict(NO_METER)
            self._tell_available(False)

    def _accept(self, reply, numbers: dict, whole: bool) -> None:
        clock = self._clock
        at_ms = reply.received_ms
        self._recognise(reply.telegram.secondary_address)
        utc_ms = clock.utc_ms()
        ts_ms = None if utc_ms is None else utc_ms - (clock.ms() - at_ms)
        reading = Reading(self.identity, at_ms, ts_ms, numbers)
        if ts_ms is not None:
            reading.quality = clock.quality
        reading.flag_ranges(self.profile.ranges, self.profile.rated)
        if not whole:
            reading.flags.append("telegram_cut_short")
        happened = []
        if self.check is not None:
            happened = self.check.take(reading, reply.requested_ms)
        elif not any(numbers.get(role) for role in ("import", "export")):
            reading.flags.append("register_missing")
        self.read = at_ms, numbers.get("power")
        self.reading = reading
        self._tell_missing(reading)
        if self.check is not None:
            self._kept.save(self.check, bool(happened))
        self._stamp(reading)
        self._outbox.put(self._topics.meter(reading.meter, "reading"), reading)
        for thing in happened:
            self._tell(thing)
        self._tell_available(True)
        self._tell_verdict(reading.verdict or UNCHECKED)

    def retain(self) -> None:
        """To be called each second."""
        if self.check is not None:
            self._kept.retain(self.check)

    def _tell_missing(self, reading) -> None:
        missing = "register_missing" in reading.flags
        if missing and not self._missing:
            self._log(
                "meter %s: the telegram has no register that profile %s names; check that the profile fits this meter"
                % (reading.meter, self.profile.name)
            )
        self._missing = missing

    def _recognise(self, identity: str) -> None:
        """Notice another meter at the address; the check begins anew with it."""
        expected = self.identity
        if not self._seen:
            self._seen = True
            self._log("meter at address %d is %s" % (self.address, identity))
        self.identity = identity
        # Before the first answer the check knows who hung here when it was last saved.
        happened = [] if self.check is None else self.check.meet(identity)
        if expected is not None and expected != identity:
            self._leave(expected, happened)
            happened = [("meter_exchanged", "was " + expected)]
        for thing in happened:
            self._tell(thing)

    def _leave(self, identity: str, happened: list) -> None:
        """End everything that was said of the meter that hung here before."""
        for event in happened:
            if isinstance(event, Event):
                self._tell(event, identity)
        self._outbox.keep(self._topics.meter(identity, "availability"), availability_json(False))
        self.available = None
        self.verdict = None

    def _tell(self, thing, identity=None) -> None:
        meter = identity or self.identity
        if not isinstance(thing, Event):
            kind, text = thing
            self._log("meter %s: %s (%s)" % (meter, kind, text))
            self._note(kind, text)
        elif self.check is not None:
            self._log("meter %s: %s" % (meter, _in_words(thing)))
            clock = self._clock
            text = event_json(thing, meter, self._stamp.boot, clock.utc_ms(), self.check.units)
            self._outbox.put(self._topics.event, text)

    def _note(self, kind: str, text: str) -> None:
        clock = self._clock
        stamp = self._stamp
        note = note_json(kind, self.identity, stamp.boot, stamp.event(), text, clock.ms(), clock.utc_ms())
        self._outbox.put(self._topics.event, note)

    def _tell_verdict(self, verdict: str) -> None:
        capture = None if self.check is None else self.check.capture.low
        if verdict == self.verdict and capture == self._capture:
            return
        if verdict != self.verdict:
            self.verdict_ms = self._clock.ms()
        self.verdict = verdict
        self._capture = capture
        if self.identity is None:
            # Its topic is its identity, which nobody knows yet.
            self._note(verdict, "address %d has not answered yet" % self.address)
            return
        self._publish_check()

    def _publish_check(self) -> None:
        clock = self._clock
        text = check_json(self.verdict or UNCHECKED, self.verdict_ms, clock.ms(), clock.utc_ms(), self.check)
        self._outbox.keep(self._topics.meter(self.identity, "check"), text)

    def _tell_available(self, online: bool) -> None:
        if online == self.available or self.identity is None:
            return
        self.available = online
        self._publish_available()

    def _publish_available(self) -> None:
        topic = self._topics.meter(self.identity, "availability")
        self._outbox.keep(topic, availability_json(bool(self.available)))

    def restate(self) -> None:
        """Tell again what holds now: the broker may have forgotten it."""
        if self.available is not None:
            self._publish_available()
            self._publish_check()


def _plan(settings: dict, light, now_ms: int) -> PollPlan:
    mean = 1000 * settings["poll_s"]
    if light is None:
        return PollPlan(mean, mean, mean, now_ms)
    return PollPlan(mean, 1000 * settings["poll_least_s"], 1000 * settings["poll_most_s"], now_ms)


def _advice(error: Exception) -> str:
    if isinstance(error, OSError):
        return "check the serial line's device"
    if isinstance(error, BusError):
        return "check wiring, address and baud rate"
    return "check that the profile fits this meter"


def _in_words(event: Event) -> str:
    state = "" if event.open else ", over"
    if event.pulses_low is None:
        return event.kind + (" (%s)" % event.text if event.text else "") + state
    return "%s, %d to %d%s" % (event.kind, event.pulses_low, event.pulses_high, state)
