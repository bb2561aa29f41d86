"""Kinds of values in a configuration, each of which says what is wrong in plain words."""


class Field:
    """A value with a default; `required` ones have none.  `why` is said when it is wrong."""

    def __init__(self, default=None, required: bool = False, why: str = ""):
        self.default = default
        self.required = required
        self.why = why

    def allowed(self) -> str:
        """What is allowed, in words."""
        raise NotImplementedError

    def fits(self, value) -> bool:
        raise NotImplementedError


class Number(Field):
    """A whole number low...high."""

    def __init__(self, low: int, high: int, default=None, required: bool = False):
        super().__init__(default, required)
        self.low = low
        self.high = high

    def allowed(self) -> str:
        return "a whole number %d...%d" % (self.low, self.high)

    def fits(self, value) -> bool:
        return type(value) is int and self.low <= value <= self.high


class Pair(Field):
    """Two whole numbers low...high, the first not above the second."""

    def __init__(self, low: int, high: int):
        super().__init__()
        self.low = low
        self.high = high

    def allowed(self) -> str:
        return "two whole numbers [least, most] of %d...%d" % (self.low, self.high)

    def fits(self, value) -> bool:
        if not isinstance(value, list) or len(value) != 2 or any(type(n) is not int for n in value):
            return False
        return self.low <= value[0] <= value[1] <= self.high


class Numbers(Field):
    """A list of `least`...`most` whole numbers low...high."""

    def __init__(self, least: int, most: int, low: int, high: int):
        super().__init__()
        self.least = least
        self.most = most
        self.low = low
        self.high = high

    def allowed(self) -> str:
        return "a list of %d...%d whole numbers %d...%d" % (self.least, self.most, self.low, self.high)

    def fits(self, value) -> bool:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            return False
        return all(type(n) is int and self.low <= n <= self.high for n in value)


class Choice(Field):
    """One of a few values."""

    def __init__(self, values, default=None, required: bool = False, why: str = ""):
        super().__init__(default, required, why)
        self.values = values

    def allowed(self) -> str:
        return "one of " + ", ".join([_json_word(v) for v in self.values])

    def fits(self, value) -> bool:
        return any(type(value) is type(v) and value == v for v in self.values)


class Text(Field):
    """A text of 1...`most` bytes in UTF-8; with `letters`, only letters, digits and those."""

    def __init__(self, default=None, required: bool = False, letters=None, most: int = 120):
        super().__init__(default, required)
        self.letters = letters
        self.most = most

    def allowed(self) -> str:
        if self.letters is None:
            return "a text of 1...%d characters (bytes in UTF-8)" % self.most
        return "a text of 1...%d letters, digits and %s" % (self.most, self.letters)

    def fits(self, value) -> bool:
        if not isinstance(value, str) or not 0 < _bytes(value) <= self.most:
            return False
        return self.letters is None or all(_plain(c) or c in self.letters for c in value)


class Names(Field):
    """A list of `least`...`most` host names or addresses."""

    def __init__(self, least: int, most: int, default):
        super().__init__(default)
        self.least = least
        self.most = most

    def allowed(self) -> str:
        return "a list of %d...%d host names or addresses" % (self.least, self.most)

    def fits(self, value) -> bool:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            return False
        return all(isinstance(name, str) and 0 < _bytes(name) <= 120 for name in value)


def _bytes(text: str) -> int:
    """0 for what is no text: half of a surrogate pair."""
    try:
        return len(text.encode())
    except UnicodeError:
        return 0


def _plain(c: str) -> bool:
    return "a" <= c <= "z" or "A" <= c <= "Z" or "0" <= c <= "9"


def _json_word(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def check_object(fields: dict, given, where: str, errors: list) -> dict:
    """`given` with defaults, by `fields`; faults go to `errors` with the path `where` in front.

    null counts as not given.  A wrong value is never repeated: it may be a secret.
    """
    result = {}
    if not isinstance(given, dict):
        errors.append("%s: must be an object" % where[:-1])
        return result
    for name in sorted(given):
        if name not in fields:
            from .nearest import meant

            errors.append(
                "%s%s: unknown; %sknown are %s" % (where, name, meant(name, fields), ", ".join(sorted(fields)))
            )
    for name, field in fields.items():
        value = given.get(name)
        if value is None:
            if field.required:
                errors.append("%s%s: missing; %s" % (where, name, _hint(field)))
            value = field.default
        elif not field.fits(value):
            errors.append("%s%s: must be %s" % (where, name, _hint(field)))
            value = field.default
        result[name] = value
    return result


def _hint(field: Field) -> str:
    return field.allowed() + (" (%s)" % field.why if field.why else "")
