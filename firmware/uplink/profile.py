"""A meter's profile: which of its records is what, and what the meter can do.

It is made from data, by profile_form.
"""

from mbus.errors import RecordError

# Role, quantity that its record must have.
ROLES = {
    "import": "energy",
    "export": "energy",
    "power": "power",
    "voltage": "voltage",
    "current": "current",
    "frequency": "frequency",
    "power_factor": "dimensionless",
}
_PLACES = ("function", "storage", "tariff", "subunit")


class Profile:
    """What `fields` say, checked.

    refresh_ms: how old a register may be in a telegram, as far as is known;
    refresh_most_ms: at the very most.  settle_s: how long a suspicion must
    last.  max_power_w: more can never be true.  pulse_constant in imp/kWh,
    register_step_wh in Wh, register_wrap_kwh in kWh.  matchers: {role: list},
    ranges: {role: (low, high)} as exact decimals (mantissa, exponent), rated:
    the same of what it may carry for long; beyond that is overload.
    """

    name: str
    register_step_wh: int
    register_wrap_kwh: int
    refresh_ms: int
    refresh_most_ms: int
    settle_s: int
    pulse_constant: int
    max_power_w: int
    matchers: dict
    ranges: dict
    rated: dict

    def __init__(self, fields: dict):
        for name in fields:
            setattr(self, name, fields[name])

    def pick(self, telegram):
        """({role: Record}, whether the telegram could be read to its end).

        A record whose length cannot be told costs those behind it and no other;
        RecordError only when nothing was found before it.
        """
        found = {}
        try:
            for record in telegram:
                self._take(record, found)
        except RecordError:
            if not found:
                raise
            return found, False
        return found, True

    def _take(self, record, found: dict) -> None:
        for role, matchers in self.matchers.items():
            if role not in found and _is_of(role, record) and any(_fits(m, record) for m in matchers):
                found[role] = record


def _is_of(role: str, record) -> bool:
    return record.meaning.error is None and record.meaning.quantity == ROLES[role]


def _fits(matcher: dict, record) -> bool:
    if record.is_manufacturer:
        return False
    if "dib" in matcher:
        return record.dib == matcher["dib"] and record.vib == matcher["vib"]
    if record.meaning.quantity != matcher["quantity"] or record.meaning.error:
        return False
    for place in _PLACES:
        if getattr(record, place) != matcher.get(place, 0):
            return False
    # What else a VIFE says makes it another thing: a limit, a rate, a duration, a date.
    said = [q for q in record.meaning.qualifiers if not q.startswith("manufacturer:")]
    return not record.meaning.is_date and said == matcher.get("qualifiers", [])
