"""What the status lamp shows: patterns, the more urgent first.  docs/boards.md says them in words.

RESET       steady                        factory reset: the board starts again
HELD        flickers                      let go of the button now: set-up
DARK        off                           the button is held, and letting go does nothing yet
IDENTIFY    twice a second                somebody looks for this board
SETUP       a second on, a second off     waits to be set up
NO_NETWORK  2 flashes, every 4 s          no Wi-Fi, no cable, or no address
NO_BROKER   3 flashes                     a network, and no broker that accepts
NO_METER    4 flashes                     a meter does not answer
DISAGREE    5 flashes                     a meter and its light disagree
WELL        a blink every 4 s             none of these
"""

from mbus._const import const

RESET = const(0)
HELD = const(4)
DARK = const(8)
IDENTIFY = const(12)
SETUP = const(16)
NO_NETWORK = const(20)
NO_BROKER = const(24)
NO_METER = const(28)
DISAGREE = const(32)
WELL = const(36)

_TICK_MS = const(50)
# Of each, in ticks: the period, the end of the flashes, from one flash to the next, the length of a flash.
_PATTERNS = (
    b"\x01\x01\x01\x01"
    b"\x04\x04\x04\x02"
    b"\x01\x00\x01\x00"
    b"\x0a\x0a\x0a\x05"
    b"\x28\x28\x28\x14"
    b"\x50\x14\x0a\x04"
    b"\x50\x1e\x0a\x04"
    b"\x50\x28\x0a\x04"
    b"\x50\x32\x0a\x04"
    b"\x50\x02\x50\x02"
)


def is_lit(pattern: int, now_ms: int) -> bool:
    """Whether the lamp of that pattern is lit now."""
    period, end, each, length = _PATTERNS[pattern : pattern + 4]
    tick = now_ms // _TICK_MS % period
    return tick < end and tick % each < length
