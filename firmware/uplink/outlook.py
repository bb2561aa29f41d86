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
    doubts = False
    if doubt is not None and doubt.side > 0:
        doubts = True
        known = doubt.interval
    elif last.parts:
        known = check.tops[check.moved]
        register = last.parts[check.moved]
    lo, hi = known.lo, known.hi[base]
    if lo >= hi:
        # Energy of the other direction has lowered it since.
        lo = register - check.c * (last.pb + 1)
    # While there is a suspicion: what would prove it beyond all that is believed.
    goal = epoch.hi2[ladder.level] + check.c * ladder.lag if doubts else known.hi2[base]
    return register, check.step, check.c, lo, hi, goal
