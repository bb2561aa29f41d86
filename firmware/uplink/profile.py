"""A meter's profile: which of its records is what, and what the meter can do.

Profiles are data (JSON files beside this module).  A record is named either by
its whole DIB and VIB as on the wire, or by what they mean:

    {"dib": "8c10", "vib": "04"}
    {"quantity": "energy", "qualifiers": ["positive_only"]}

In the second form storage, tariff, subunit and function are 0 and qualifiers
none where they are not given.  The first matcher of a role that fits wins.
"""

from mbus.errors import RecordError
from mbus.vib import NEGATIVE, POSITIVE

from .decimals import parse

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
_INTEGERS = {
    "register_step_wh": (1, 1000),
    "register_wrap_kwh": (1, 10**9),
    "refresh_ms": (0, 60000),
    "settle_s": (1, 3600),
    "pulse_constant": (1, 100000),
    "max_power_w": (1, 10**8),
}
_MOST_REFRESH_MS = 600000
_PLACES = ("function", "storage", "tariff", "subunit")


class ProfileError(ValueError):
    """`errors` has a line for everything that is wrong with the profile."""

    def __init__(self, errors):
        super().__init__("; ".join(errors))
        self.errors = errors


class Profile:
    """A checked profile; ProfileError with every fault at once.

    refresh_ms: how old a register may be in a telegram, as far as is known;
    refresh_most_ms: at the very most (settle_s where it is not given; where it
    is refresh_ms, that is known for certain).  settle_s: how long a suspicion
    must last.  max_power_w: more can never be true.  pulse_constant
    in imp/kWh, register_step_wh in Wh, register_wrap_kwh in kWh.
    """

    register_step_wh: int
    register_wrap_kwh: int
    refresh_ms: int
    settle_s: int
    pulse_constant: int
    max_power_w: int

    def __init__(self, data):
        errors = []
        if not isinstance(data, dict):
            raise ProfileError(["must be a JSON object"])
        self.name = data.get("name", "")
        if not isinstance(self.name, str) or not self.name:
            errors.append("name: must be a text")
        for key, (low, high) in _INTEGERS.items():
            value = data.get(key)
            if type(value) is not int or not low <= value <= high:
                errors.append("%s: must be a whole number %d...%d" % (key, low, high))
            setattr(self, key, value)
        self.refresh_most_ms = self._refresh_most(data, errors)
        self.matchers = _matchers(data.get("records"), errors)
        self.ranges = _ranges(data.get("ranges", {}), errors)
        if errors:
            raise ProfileError(errors)

    def _refresh_most(self, data: dict, errors: list) -> int:
        if "refresh_most_ms" not in data:
            return 1000 * self.settle_s if type(self.settle_s) is int else 0
        value = data["refresh_most_ms"]
        low = self.refresh_ms if type(self.refresh_ms) is int else 0
        if type(value) is not int or not low <= value <= _MOST_REFRESH_MS:
            errors.append(
                "refresh_most_ms: must be a whole number %d...%d, from refresh_ms on" % (low, _MOST_REFRESH_MS)
            )
        return value

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


def _matchers(records, errors) -> dict:
    if not isinstance(records, dict) or ("import" not in records and "export" not in records):
        errors.append('records: must name at least "import" or "export"')
        return {}
    result = {}
    for role, matchers in records.items():
        if role not in ROLES:
            errors.append("records.%s: unknown; allowed: %s" % (role, ", ".join(sorted(ROLES))))
            continue
        if not isinstance(matchers, list):
            errors.append("records.%s: must be a list of matchers" % role)
            continue
        result[role] = [_matcher(m, "records.%s[%d]" % (role, i), errors) for i, m in enumerate(matchers)]
    return result


def _matcher(given, where: str, errors) -> dict:
    if not isinstance(given, dict) or ("dib" in given) == ("quantity" in given):
        errors.append(where + ': needs "dib" and "vib", or "quantity"')
        return {"quantity": None}
    if "quantity" in given:
        if given["quantity"] not in ROLES.values():
            errors.append(where + ".quantity: must be one of " + ", ".join(sorted(set(ROLES.values()))))
        if any(q not in (POSITIVE, NEGATIVE) for q in _as_list(given.get("qualifiers", []))):
            errors.append(where + ".qualifiers: must be a list of %s or %s" % (POSITIVE, NEGATIVE))
        return given
    try:
        return {"dib": bytes.fromhex(given["dib"]), "vib": bytes.fromhex(given["vib"])}
    except (ValueError, TypeError, KeyError):
        errors.append(where + ": dib and vib must be hex texts")
        return {"quantity": None}


def _as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def _ranges(given, errors) -> dict:
    """{role: (low, high)} as exact decimals (mantissa, exponent)."""
    result = {}
    if not isinstance(given, dict):
        errors.append("ranges: must be an object")
        return result
    for role, pair in given.items():
        try:
            low, high = pair
            if role not in ROLES:
                raise ValueError
            result[role] = (parse(low), parse(high))
        except (ValueError, TypeError, AttributeError):
            errors.append('ranges.%s: must be ["low", "high"], two decimals as texts, of a role' % role)
    return result
