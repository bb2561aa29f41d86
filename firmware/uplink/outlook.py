"""What foretells the register's next step, for planning polls."""


def outlook(check):
    """(register, step, pulse, lo, hi, goal) of a CrossCheck, in units; None before the first reading.

    lo, hi: of D, as long as nothing is wrong.  goal: a D not below it would
    prove that pulses were lost.  Of both directions it is the register that has moved last.
    """
    last = check.last
    epoch = check.epoch
    if last is None or epoch is None:
        return None
    ladder = check.ladder
    base = ladder.base
    register = last.register
    known = epoch
    doubt = check.suspicion
    if doubt is not None:
        known = doubt.interval
    elif last.parts:
        known = check.tops[check.moved]
        register = last.parts[check.moved]
    lo, hi = known.lo, known.hi[base]
    if lo >= hi:
        # Energy of the other direction has lowered it since.
        lo = register - check.c * (last.pb + 1)
    goal = known.hi2[base]
    if doubt is not None:
        # What would prove it beyond all that is believed: of pulses too many it is the lowest bound from above.
        goal = epoch.hi2[ladder.level] + check.c * ladder.lag if doubt.side > 0 else hi
    return register, check.step, check.c, lo, hi, goal
