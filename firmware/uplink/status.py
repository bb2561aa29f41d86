"""What the gateway says of itself: its state, and the counters of its parts."""

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
    """Gathers the counters of the parts; call it for the text.

    `parts` maps names to functions that give what JSON can hold.
    """

    def __init__(self, clock, boot: int, outbox, master, log):
        self._clock = clock
        self.boot = boot
        self.heap = Heap()
        self._outbox = outbox
        self._master = master
        self._log = log
        self.parts = {"bus": self._bus}
        # The latest that a task of 50 ms came, which is how long one step kept the others waiting.
        self.stall_ms_max = 0

    def __call__(self, state: str) -> str:
        outbox = self._outbox
        clock = self._clock
        parts = [
            (
                '{"state":"%s","boot":%d,"uptime_s":%s,"ts":%s,"accepted":%d,"acknowledged":%d,"dropped":%d,'
                '"dropped_other":%d,"waiting":%d,"heap_free_min":%s,"stall_ms_max":%d,"log_lines":%d'
            )
            % (
                state,
                self.boot,
                seconds(clock.ms()),
                seconds(clock.utc_ms()),
                outbox.accepted,
                outbox.acknowledged,
                outbox.dropped,
                outbox.dropped_other,
                len(outbox),
                json.dumps(self.heap.free_min),
                self.stall_ms_max,
                self._log.count,
            )
        ]
        for name in self.parts:
            parts.append('"%s":%s' % (name, json.dumps(self.parts[name]())))
        return ",".join(parts) + "}"

    def _bus(self) -> dict:
        master = self._master
        return {
            "repeats": master.repeat_count,
            "no_reply": master.no_reply_count,
            "damaged": master.damaged_count,
            "stray": master.stray_count,
            "echoes": master.echo_count,
        }
