"""Which record of a telegram is what, by a profile's matchers.

Wanted while a telegram is taken apart, which a known layout need not be: forgotten with the tables that do it.
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


def pick(matchers: dict, telegram):
    """({role: Record}, whether the telegram could be read to its end).

    A record whose length cannot be told costs those behind it and no other;
    RecordError only when nothing was found before it.
    """
    found = {}
    try:
        for record in telegram:
            _take(matchers, record, found)
    except RecordError:
        if not found:
            raise
        return found, False
    return found, True


def _take(matchers: dict, record, found: dict) -> None:
    for role, own in matchers.items():
        if role not in found and _is_of(role, record) and any(_fits(m, record) for m in own):
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
