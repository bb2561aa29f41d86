"""Energy of an hour from four readings around it, as SQL that both databases understand.

    p  the last before the hour      f  the first in it
    l  the last in it                n  the first behind it

A register that fell is one that wrapped at 100 000 kWh, if it stood less than 1000 kWh
before that and stands less than 1000 behind it; else it was reset, and what flowed
meanwhile is not known: the step counts 0, never less.  What flowed between two readings in different hours is
shared by time.  Parts are cut off to whole mWh at the border, so that what one hour loses the
next one has: hours add up to what the registers moved.
"""

from collections.abc import Callable

_WRAP_MWH = 100_000_000_000
_HIGH_MWH = 99_000_000_000
_LOW_MWH = 1_000_000_000
_HOUR_S = 3600


def step(before: str, after: str) -> str:
    """What flowed while a register went from one to the other, mWh; null where one is not known."""
    return (
        f"CASE WHEN {before} IS NULL OR {after} IS NULL THEN NULL WHEN {after} >= {before} THEN {after} - {before} "
        f"WHEN {before} > {_HIGH_MWH} AND {after} < {_LOW_MWH} THEN {after} - {before} + {_WRAP_MWH} ELSE 0 END"
    )


def fell(before: str, after: str) -> str:
    """Whether it fell and did not wrap."""
    return f"({after} < {before} AND NOT ({before} > {_HIGH_MWH} AND {after} < {_LOW_MWH}))"


def parts(letter: str, inner: str, moment: Callable, share: Callable) -> str:
    """The hour's energy of one register, mWh; `letter` is its column in p, f, l and n.

    inner: SQL for the hour in which it fell.  moment(column): its whole seconds;
    share(mwh, part, whole): mwh * part / whole, cut off.
    """
    hour = moment("h.hour")

    def until(before: str, after: str, at: str) -> str:
        """Of the step between these readings, what had flowed at `at`."""
        moved = f"({step(f'{before}.{letter}', f'{after}.{letter}')})"
        start = moment(f"{before}.ts")
        return share(moved, f"{at} - {start}", f"{moment(f'{after}.ts')} - {start}")

    border = f"({hour} + {_HOUR_S})"
    tail = f"CASE WHEN p.ts IS NULL THEN 0 ELSE {step(f'p.{letter}', f'f.{letter}')} - {until('p', 'f', hour)} END"
    head = f"CASE WHEN n.ts IS NULL THEN 0 ELSE {until('l', 'n', border)} END"
    within = (
        f"CASE WHEN {fell(f'f.{letter}', f'l.{letter}')} THEN {inner} ELSE {step(f'f.{letter}', f'l.{letter}')} END"
    )
    silent = f"{until('p', 'n', border)} - {until('p', 'n', hour)}"
    return f"CASE WHEN f.ts IS NULL THEN {silent} ELSE ({tail}) + ({within}) + ({head}) END"
