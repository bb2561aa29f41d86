"""Waves: how many have been told at the end of each, and who they are.

`1,10,50,100%`: one gateway, then up to ten in all, up to fifty in all, then every one.  A bare number counts gateways,
one with % is a share of those that the rollout takes, rounded up.  Who comes first is drawn by lot, and the same with
the same seed; those that are offline come last, so that the first waves say something.
"""

import random
from fractions import Fraction

Steps = list[tuple[Fraction, bool]]


def parse(text: str) -> Steps:
    """[(number, whether it is a percentage)]; ValueError in words."""
    steps: Steps = []
    for term in (part.strip() for part in text.split(",")):
        is_share = term.endswith("%")
        digits = term[:-1].strip() if is_share else term
        try:
            number = Fraction(digits if is_share or digits.isdigit() else "")
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"--waves: {term!r} is neither a number of gateways nor a percentage such as 10%"
            ) from None
        if number <= 0 or (is_share and number > 100):
            raise ValueError(f"--waves: {term!r}: a wave is for at least one gateway, and at most 100%")
        before = [value for value, was_share in steps if was_share is is_share]
        if before and number <= before[-1]:
            raise ValueError(
                f"--waves: {term!r} is no more than the wave before it: each says how many have been told by then"
            )
        steps.append((number, is_share))
    return steps


def order(names: list[str], is_offline: set[str], seed: int) -> list[str]:
    """Drawn by lot; the offline ones behind the others."""
    drawn = sorted(names)
    random.Random(seed).shuffle(drawn)
    return sorted(drawn, key=lambda name: name in is_offline)


def cut(names: list[str], steps: Steps) -> list[list[str]]:
    """The names of each wave; a wave for which nobody is left is none."""
    waves: list[list[str]] = []
    told = 0
    for number, is_share in steps:
        until = -(-number * len(names) // 100) if is_share else number
        until = min(int(until), len(names))
        if until > told:
            waves.append(names[told:until])
            told = until
    return waves
