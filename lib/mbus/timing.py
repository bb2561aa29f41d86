"""Times on the wire, from the baud rate and nothing else (EN 13757-2, 5.5).

A slave answers 11 bit times to 330 bit times + 50 ms after the request's last
bit.  Between its frames the bus rests for 33 bit times or more.
"""

from ._const import const

BAUD_RATES = (300, 600, 1200, 2400, 4800, 9600, 19200, 38400)

BITS_PER_CHAR = const(11)
_REPLY_BITS = const(330)
_REPLY_MS = const(50)
_REST_BITS = const(33)
# What an operating system and a USB adapter may hold back on top of the standard's times.
_SLACK_MS = const(60)


def chars_ms(count: int, baud: int) -> int:
    """Milliseconds that `count` characters take, rounded up."""
    return bits_ms(count * BITS_PER_CHAR, baud)


def bits_ms(bits: int, baud: int) -> int:
    """Milliseconds that `bits` bit times take, rounded up."""
    return (bits * 1000 + baud - 1) // baud


def reply_ms(baud: int) -> int:
    """The longest a slave may take to begin its answer."""
    return bits_ms(_REPLY_BITS, baud) + _REPLY_MS


def wait_ms(baud: int) -> int:
    """How long the master waits for an answer to begin."""
    return reply_ms(baud) + _SLACK_MS


def rest_ms(baud: int) -> int:
    """How long the line rests before the master speaks again."""
    return bits_ms(_REST_BITS, baud)
