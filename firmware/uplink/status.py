"""What the gateway says of itself: counters in the status, what is in force in the info."""

import gc
import json

from .reading import seconds


class Heap:
    """The least free heap seen, in bytes, right after a collection; None where nobody tells."""

    def __init__(self):
        self.free_min = None

    def look(self) -> None:
        gc.collect()
        mem_free = getattr(gc, "mem_free", None)
        if mem_free is not None:
            free = mem_free()
            self.free_min = free if self.free_min is None else min(free, self.free_min)


class Status:
    """Gathers the counters of the parts; call it for the text."""

    def __init__(self, clock, boot: int, heap: Heap, outbox, master, meters, supervisor, log):
        self._clock = clock
        self._boot = boot
        self._heap = heap
        self._outbox = outbox
        self._master = master
        self._meters = meters
        self._supervisor = supervisor
        self._log = log

    def __call__(self, state: str) -> str:
        outbox = self._outbox
        clock = self._clock
        return (
            '{"state":"%s","boot":%d,"uptime_s":%s,"ts":%s,"accepted":%d,"acknowledged":%d,"dropped":%d,'
            '"dropped_other":%d,"waiting":%d,"heap_free_min":%s,"log_lines":%d,"bus":%s,"meters":%s,"task_failures":%s}'
        ) % (
            state,
            self._boot,
            seconds(clock.ms()),
            seconds(clock.utc_ms()),
            outbox.accepted,
            outbox.acknowledged,
            outbox.dropped,
            outbox.dropped_other,
            len(outbox),
            json.dumps(self._heap.free_min),
            self._log.count,
            json.dumps(self._bus()),
            json.dumps(self._each_meter()),
            json.dumps(self._supervisor.failures()),
        )

    def _bus(self) -> dict:
        master = self._master
        return {
            "repeats": master.repeat_count,
            "no_reply": master.no_reply_count,
            "damaged": master.damaged_count,
            "stray": master.stray_count,
            "echoes": master.echo_count,
        }

    def _each_meter(self) -> list:
        return [m.counters() for m in self._meters]


def info_json(version: str, platform: str, config: dict) -> str:
    """Version, platform and the configuration in force, without secrets."""
    shown = dict(config)
    shown["mqtt"] = _without(config["mqtt"], "password")
    if config["wifi"]:
        shown["wifi"] = _without(config["wifi"], "password")
    return json.dumps({"version": version, "platform": platform, "config": shown})


def _without(given: dict, secret: str) -> dict:
    return {key: value for key, value in given.items() if key != secret}
