"""One gateway of a rollout, and the states that it goes through."""

from dataclasses import dataclass

# Not told yet; told, and no answer yet; the rest as the gateway itself says it, silent by our own clock.
WAITING = "waiting"
TOLD = "told"
FETCHING = "fetching"
CHECKING = "checking"
TRIAL = "trial"
HEALTHY = "healthy"
ROLLED_BACK = "rolled_back"
REFUSED = "refused"
FAILED = "failed"
OFF = "off"
SILENT = "silent"

# What takes a place among those that fetch at the same time.
TAKING = (TOLD, FETCHING, CHECKING)
UNDER_WAY = (*TAKING, TRIAL)
BAD = (ROLLED_BACK, REFUSED, FAILED, OFF, SILENT)
SAID = (FETCHING, CHECKING, TRIAL, HEALTHY, ROLLED_BACK, REFUSED, FAILED, OFF)


@dataclass
class Member:
    """`wave` from 0.  Times are the course's: `told_s` of the last telling, `heard_s` of the last that came from it.

    tells: how often it was told since it last came online.  done, total: bytes.  began_s, trial_s: when it was first
    told, and when it was on trial.  is_busy: it tries another release, and takes no other meanwhile.
    """

    name: str
    wave: int
    state: str = WAITING
    text: str | None = None
    done: int = 0
    total: int = 0
    tells: int = 0
    number: int | None = None
    told_s: float = 0
    heard_s: float = 0
    began_s: float | None = None
    trial_s: float | None = None
    has_answered: bool = False
    is_online: bool = True
    is_safe: bool = False
    is_busy: bool = False

    @property
    def is_over(self) -> bool:
        return self.state == HEALTHY or self.state in BAD
