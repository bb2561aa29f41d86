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
        self._low = low
        self._high = high

    def allowed(self) -> str:
        return "a whole number %d...%d" % (self._low, self._high)

    def fits(self, value) -> bool:
        return type(value) is int and self._low <= value <= self._high


class Pair(Field):
    """Two whole numbers low...high, the first not above the second."""

    def __init__(self, low: int, high: int):
        super().__init__()
        self._low = low
        self._high = high

    def allowed(self) -> str:
        return "two whole numbers [least, most] of %d...%d" % (self._low, self._high)

    def fits(self, value) -> bool:
        if not isinstance(value, list) or len(value) != 2 or any(type(n) is not int for n in value):
            return False
        return self._low <= value[0] <= value[1] <= self._high


class Choice(Field):
    """One of a few values."""

    def __init__(self, values, default=None, required: bool = False, why: str = ""):
        super().__init__(default, required, why)
        self._values = values

    def allowed(self) -> str:
        return "one of " + ", ".join([_json_word(v) for v in self._values])

    def fits(self, value) -> bool:
        return any(type(value) is type(v) and value == v for v in self._values)


class Text(Field):
    """A text of 1...`most` characters; with `allowed`, only letters, digits and those."""

    def __init__(self, default=None, required: bool = False, allowed=None, most: int = 120):
        super().__init__(default, required)
        self._allowed = allowed
        self._most = most

    def allowed(self) -> str:
        if self._allowed is None:
            return "a text of 1...%d characters" % self._most
        return "a text of 1...%d letters, digits and %s" % (self._most, self._allowed)

    def fits(self, value) -> bool:
        if not isinstance(value, str) or not 0 < len(value) <= self._most:
            return False
        return self._allowed is None or all(_plain(c) or c in self._allowed for c in value)


class Names(Field):
    """A list of `least`...`most` host names or addresses."""

    def __init__(self, least: int, most: int, default):
        super().__init__(default)
        self._least = least
        self._most = most

    def allowed(self) -> str:
        return "a list of %d...%d host names or addresses" % (self._least, self._most)

    def fits(self, value) -> bool:
        if not isinstance(value, list) or not self._least <= len(value) <= self._most:
            return False
        return all(isinstance(name, str) and 0 < len(name) <= 120 for name in value)


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
            errors.append("%s%s: unknown; known are %s" % (where, name, ", ".join(sorted(fields))))
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
