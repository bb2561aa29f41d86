"""Which bounds of D hold, whichever way an open suspicion or an open event ends."""

from .sincestep import STUCK


def believed(check):
    """(lo, hi) of a CrossCheck that has an epoch, in units; for a light that does not lag."""
    epoch = check.epoch
    if check.verdict == STUCK:
        # A standing register pulls `hi` down before it is found out; the first one is safe.
        return epoch.lo, epoch.first_hi
    level = check.ladder.level
    last_hi = check.last_his[level] if check.last_his else epoch.first_hi
    doubt = check.suspicion
    if doubt is not None:
        # Of the readings since, only the last one is later than all that was lost up to it.
        if doubt.side > 0:
            return epoch.lo, max(epoch.hi2[level], last_hi)
        return min(epoch.lo, check.last_lo), epoch.first_hi
    if check.event is None:
        return epoch.lo, epoch.hi2[level]
    # The loss may go on: D moves to one side, and only the last reading bounds it there.
    if check.event.side > 0:
        return epoch.lo, last_hi
    return check.last_lo, epoch.hi2[level]
