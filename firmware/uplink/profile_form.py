"""Profiles are data (JSON files beside this module): what is wrong with one is told whole.

A record is named either by its whole DIB and VIB as on the wire, or by what
they mean:

    {"dib": "8c10", "vib": "04"}
    {"quantity": "energy", "qualifiers": ["positive_only"]}

In the second form storage, tariff, subunit and function are 0 and qualifiers
none where they are not given.  The first matcher of a role that fits wins.
Nothing of this stays in a board's memory once the application runs.
"""

from .decimals import parse
from .matching import ROLES
from .profile import Profile

_INTEGERS = {
    "register_step_wh": (1, 1000),
    "register_wrap_kwh": (1, 10**9),
    "refresh_ms": (0, 60000),
    "settle_s": (1, 3600),
    "pulse_constant": (1, 100000),
    "max_power_w": (1, 10**8),
}
_MOST_REFRESH_MS = 600000
# As mbus.vib calls the two directions; importing that would load all of its tables.
QUALIFIERS = ("positive_only", "negative_only")


class ProfileError(ValueError):
    """`errors` has a line for everything that is wrong with the profile."""

    def __init__(self, errors):
        super().__init__("; ".join(errors))
        self.errors = errors


def profile_of(data) -> Profile:
    """The profile that `data` (a JSON object) describes; ProfileError with every fault at once.

    refresh_most_ms is settle_s where it is not given; where it is refresh_ms,
    that is known for certain.
    """
    errors = []
    if not isinstance(data, dict):
        raise ProfileError(["must be a JSON object"])
    fields = {"name": data.get("name", "")}
    if not isinstance(fields["name"], str) or not fields["name"]:
        errors.append("name: must be a text")
    for key, (low, high) in _INTEGERS.items():
        fields[key] = value = data.get(key)
        if type(value) is not int or not low <= value <= high:
            errors.append("%s: must be a whole number %d...%d" % (key, low, high))
    fields["refresh_most_ms"] = _refresh_most(data, fields, errors)
    fields["matchers"] = _matchers(data.get("records"), errors)
    for name in ("ranges", "rated"):
        fields[name] = _ranges(name, data.get(name, {}), errors)
    if errors:
        raise ProfileError(errors)
    return Profile(fields)


def _refresh_most(data: dict, fields: dict, errors: list) -> int:
    settle_s, low = fields["settle_s"], fields["refresh_ms"]
    if "refresh_most_ms" not in data:
        return 1000 * settle_s if type(settle_s) is int else 0
    value = data["refresh_most_ms"]
    low = low if type(low) is int else 0
    if type(value) is not int or not low <= value <= _MOST_REFRESH_MS:
        errors.append("refresh_most_ms: must be a whole number %d...%d, from refresh_ms on" % (low, _MOST_REFRESH_MS))
    return value


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
        if any(q not in QUALIFIERS for q in _as_list(given.get("qualifiers", []))):
            errors.append(where + ".qualifiers: must be a list of %s or %s" % QUALIFIERS)
        return given
    try:
        return {"dib": bytes.fromhex(given["dib"]), "vib": bytes.fromhex(given["vib"])}
    except (ValueError, TypeError, KeyError):
        errors.append(where + ": dib and vib must be hex texts")
        return {"quantity": None}


def _as_list(value) -> list:
    return value if isinstance(value, list) else [value]


def _ranges(name: str, given, errors) -> dict:
    """{role: (low, high)} as exact decimals (mantissa, exponent)."""
    result = {}
    if not isinstance(given, dict):
        errors.append(name + ": must be an object")
        return result
    for role, pair in given.items():
        try:
            low, high = pair
            if role not in ROLES:
                raise ValueError
            result[role] = (parse(low), parse(high))
        except (ValueError, TypeError, AttributeError):
            errors.append('%s.%s: must be ["low", "high"], two decimals as texts, of a role' % (name, role))
    return result
