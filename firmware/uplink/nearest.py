"""Which known name somebody may have meant by one that is not known; loaded when there is one.

Near is what a few letters left out, added, changed or swapped make of it (one
in three at most), and what is a part of it or has it as a part: capitals and
the hyphen for _ cost nothing.
"""

_PART = 3


def meant(name: str, known) -> str:
    """ "did you mean poll_s? " or ""."""
    name = _plain(name)
    best = None
    least = 0
    for other in sorted(known):
        plain = _plain(other)
        away = _distance(name, plain)
        is_part = (name in plain and len(name) >= _PART) or (plain in name and len(plain) >= _PART)
        if (is_part or 3 * away <= max(_PART, len(name))) and (best is None or away < least):
            best = other
            least = away
    return "" if best is None else "did you mean %s? " % best


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _distance(a: str, b: str) -> int:
    """Letters to leave out, add, change, or swap with the next, to make `b` of `a` (optimal string alignment)."""
    before = row = list(range(len(b) + 1))
    for i in range(len(a)):
        two_before = before
        before = row
        row = [i + 1]
        for j in range(len(b)):
            away = min(before[j + 1] + 1, row[j] + 1, before[j] + (a[i] != b[j]))
            if i and j and a[i] == b[j - 1] and a[i - 1] == b[j]:
                away = min(away, two_before[j - 1] + 1)
            row.append(away)
    return row[-1]
