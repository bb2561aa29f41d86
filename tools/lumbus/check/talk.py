"""When things happen in a conversation: the request, the meter's sampling, the last byte, the check."""

import random

# Characters of 11 bits: REQ_UD2, and a RSP_UD with the records of such a meter.
_REQUEST_BITS = 5 * 11
_REPLY_BITS = 62 * 11
_SECOND = 1_000_000
# A meter answers after 11 bit times at the least, and this one within 40 ms more.
_ANSWER_BITS = 11
_MOST_THOUGHT_US = 40_000
# The poller wakes a little late, and works a little before it judges.
_MOST_LATE_US = 20_000
_MOST_WORK_US = 8_000


class Talk:
    """Draws the moments of conversations at a baud rate; microseconds."""

    def __init__(self, baud: int, seed: int):
        self._request_us = _REQUEST_BITS * _SECOND // baud
        self._reply_us = _REPLY_BITS * _SECOND // baud
        self._answer_us = _ANSWER_BITS * _SECOND // baud
        self._random = random.Random(f"talk {seed}").random

    def jitter_us(self) -> int:
        return int(self._random() * _MOST_LATE_US)

    def moments(self, request_us: int) -> tuple[int, int, int]:
        """(the records are put together, the last byte has come, the check looks at the light)."""
        draw = self._random
        asked = request_us + self._request_us
        thinks = self._answer_us + int(draw() * _MOST_THOUGHT_US)
        sampled = asked + int(draw() * thinks)
        end = asked + thinks + self._reply_us
        return sampled, end, end + 500 + int(draw() * _MOST_WORK_US)
