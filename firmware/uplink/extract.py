"""A profile's numbers out of a meter's telegrams: decoded once, then read where they stood.

The first telegram is taken apart and its records are matched with the profile.
A telegram of the same layout after that needs none of it: the numbers are read
through the compiled layout, which checks every byte that is not data.
"""

from mbus._const import const
from mbus.errors import TelegramError
from mbus.layout import Layout

from .forget import forget

# A meter that sends so many layouts goes on doing so: loading the tables each time would cost more than they do.
_FEW = const(4)


class Extractor:
    """For one meter; `decoded` counts the telegrams that were taken apart."""

    def __init__(self, profile):
        self._profile = profile
        self._layout = None
        self._scales = []
        self.decoded = 0

    def numbers(self, telegram):
        """({role: exact (mantissa, exponent), or None for no valid value}, whether the telegram was whole).

        Raises what decoding raises when nothing was found before the fault.
        """
        layout = self._layout
        if layout is None or not layout.read(telegram.frame.raw):
            return self._decode(telegram)
        found = {}
        for i, (role, multiplier, exponent) in enumerate(self._scales):
            value = layout.values[i]
            found[role] = None if value is None else (value * multiplier, exponent)
        return found, True

    def _decode(self, telegram):
        self.decoded += 1
        self._layout = None
        records, whole = self._profile.pick(telegram)
        numbers = {}
        for role, record in records.items():
            try:
                numbers[role] = record.number()
            except ValueError:
                numbers[role] = None
        if whole and records:
            self._remember(telegram.frame.raw, records)
        return numbers, whole

    def _remember(self, raw: bytes, records: dict) -> None:
        try:
            layout = Layout(raw, [(record.dib, record.vib) for record in records.values()])
        except TelegramError:
            # A number that is no integer, or an order of bytes, of which no layout is made: decoded each time.
            return
        self._scales = [(role, r.meaning.multiplier, r.meaning.exponent) for role, r in records.items()]
        self._layout = layout
        if self.decoded <= _FEW:
            # What took it apart is a tenth of a board's memory.
            forget(("vib", "record", "places"), "mbus")
            forget(("matching",))
