"""What a receiver hears when meters speak: one alone, several at once, or at another baud rate.

A meter speaks by its current (EN 13757-2, 4): at rest and for a 1 (mark) it
draws its quiescent current, for a 0 (space) 11...20 mA more.  Currents of all
meters add up, and the master takes what is above its threshold for a space.  So
a bit is 0 as soon as one meter sends a 0: the bus is a wired AND of the bits,
and of waveforms where they are not aligned, because nobody else's clock is ours.

The receiver is a UART: a falling edge begins a character, a start bit that is
over at its middle is a glitch, each data bit is sampled at its middle, and from
the middle of the stop bit on it waits for the next edge.  Parity and framing
errors are not told (the ESP32's driver and a Linux tty do not tell them), so a
character with one arrives like any other.

What follows, and is seen on real buses: meters that send the same at the same
time are heard as one; so are acknowledges less than half a bit apart; others
garble, and a different baud rate garbles too.  Times are whole microseconds.
"""

from mbus.timing import BITS_PER_CHAR

_SECOND_US = 1000000
_PARITY_BIT = 9
_STOP_BIT = 10


class Speech:
    """`data` sent at `baud`, its first start bit beginning at `start_us`."""

    def __init__(self, start_us, data, baud):
        self.start_us = start_us
        self.data = data
        self.baud = baud
        self.end_us = self._bit_us(len(data) * BITS_PER_CHAR)

    def _bit_us(self, bit):
        return self.start_us + bit * _SECOND_US // self.baud

    def characters(self):
        """(end_us, character) of each as a receiver at the same rate hears it."""
        char_us = BITS_PER_CHAR * _SECOND_US // self.baud
        return [(self.start_us + (i + 1) * char_us, self.data[i]) for i in range(len(self.data))]

    def spaces(self):
        """(from_us, to_us) of each stretch of zeros."""
        out = []
        for i in range(len(self.data)):
            levels = _levels(self.data[i])
            began = None
            for bit in range(BITS_PER_CHAR):
                if levels >> bit & 1:
                    if began is not None:
                        first = i * BITS_PER_CHAR
                        out.append((self._bit_us(first + began), self._bit_us(first + bit)))
                    began = None
                elif began is None:
                    began = bit
        return out


def heard(speeches, baud):
    """(end_us, character) of everything that a receiver at `baud` takes from these speeches together."""
    speeches = sorted(speeches, key=lambda speech: speech.start_us)
    alone = all(a.end_us <= b.start_us for a, b in zip(speeches, speeches[1:]))
    if alone and all(speech.baud == baud for speech in speeches):
        return [one for speech in speeches for one in speech.characters()]
    return _sampled(_added([stretch for speech in speeches for stretch in speech.spaces()]), baud)


def _levels(byte):
    """The 11 bits of a character, the first one lowest: start, data, even parity, stop."""
    parity = 0
    for bit in range(8):
        parity ^= byte >> bit & 1
    return byte << 1 | parity << _PARITY_BIT | 1 << _STOP_BIT


def _added(spaces):
    """Stretches in order, those that touch or overlap as one."""
    out = []
    for begin, end in sorted(spaces):
        if out and begin <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((begin, end))
    return out


def _sampled(spaces, baud):
    out = []
    at = 0
    while at < len(spaces):
        edge = spaces[at][0]
        byte = _character(spaces, at, edge, baud)
        free_us = spaces[at][1]
        if byte is not None:
            out.append((edge + BITS_PER_CHAR * _SECOND_US // baud, byte))
            free_us = _middle(edge, _STOP_BIT, baud)
        at += 1
        # A space that had begun before the receiver was free has no edge to see.
        while at < len(spaces) and spaces[at][0] < free_us:
            at += 1
    return out


def _character(spaces, at, edge, baud):
    """The character that begins at `edge`; None where its start bit does not last."""
    byte = 0
    for bit in range(_PARITY_BIT):
        moment = _middle(edge, bit, baud)
        while at < len(spaces) and spaces[at][1] <= moment:
            at += 1
        mark = at == len(spaces) or spaces[at][0] > moment
        if mark:
            if not bit:
                return None
            byte |= 1 << (bit - 1)
    return byte


def _middle(edge, bit, baud):
    return edge + (2 * bit + 1) * _SECOND_US // (2 * baud)
