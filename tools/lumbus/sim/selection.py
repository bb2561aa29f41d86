"""Selection by secondary address, as the slave sees it (EN 13757-3, 11.3).

The 8 bytes behind CI 52h are identification 4, manufacturer 2, version 1 and
medium 1, least significant byte first; behind CI 56h each of them is most
significant byte first.  An F in the identification stands for any digit, FF
for any other byte.  A slave that matches is selected and acknowledges; one that
does not is deselected and says nothing.
"""

CI_SELECT = 0x52
CI_SELECT_MSB_FIRST = 0x56
_SIZE = 8
_ANY = 0xFF


def fields_turned(data):
    """Identification and manufacturer the other way round; the rest has one byte each."""
    return bytes((data[3], data[2], data[1], data[0], data[5], data[4])) + bytes(data[6:])


def matches(secondary, data):
    """Whether the slave with these 8 bytes is meant by the 8 bytes behind CI 52h."""
    if len(data) != _SIZE:
        return False
    digits = all(_digits_match(secondary[i], data[i]) for i in range(4))
    return digits and all(data[i] in (_ANY, secondary[i]) for i in range(4, _SIZE))


def _digits_match(own, asked):
    return all(asked >> shift & 15 in (15, own >> shift & 15) for shift in (0, 4))
