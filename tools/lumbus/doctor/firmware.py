"""Whether the application runs, and what is there in its place where it does not."""

import re

from ..contact.console import PROMPT, Console
from .finding import Finding, wrong

# The second time long: a board that waits for DNS answers nobody meanwhile.
_ASK_S = (2.5, 5)
_RAW_DONE = "\x04>"
_START_S = 20
_CONFIG = re.compile(r"config: (.*)")
_NOTHING = "nothing was started"
_NOBODY = (
    "is this the board's port, and not the meters' converter? Is the firmware on it (lumbus flash, lumbus deploy)? "
    "Press its reset button, and ask again"
)
_CORRECT = "correct config.json and secrets.json (lumbus config check), and put them there again"
_DEPLOY = "put the firmware on the board: lumbus deploy PORT; what it printed says more"


def met(console: Console, progress) -> tuple[dict | None, Finding | None]:
    """(the state, None), or (None, what is wrong)."""
    progress("asking the firmware")
    for within_s in _ASK_S:
        state = console.state(within_s)
        if state is not None:
            return state, None
        if PROMPT in console.heard:
            return _from_repl(console, progress)
        found = _faults(console.heard) or _raw(console)
        if found is not None:
            return None, found
    return None, wrong("firmware", "no_answer", "the port is open, but nobody answers", _NOBODY)


def _raw(console: Console) -> Finding | None:
    """In the raw REPL nothing is said until there is something to run; the application ignores this."""
    console.type("\x04")
    if console.wait_for(_RAW_DONE, within_s=1) is None:
        return None
    text = "the board waits for a program in its raw REPL: another program was interrupted while it used it"
    return wrong("firmware", "raw_repl", text, "press the board's reset button, and ask again")


def _from_repl(console: Console, progress) -> tuple[dict | None, Finding | None]:
    """The application has ended, or is not there: a start shows which."""
    progress("the board is at its prompt; starting the application")
    console.type("\x04")
    word = console.wait_for(_NOTHING, "lumbus ", PROMPT, "Traceback", within_s=_START_S)
    heard = console.heard
    if word == "lumbus ":
        state = console.state(_ASK_S[1])
        if state is not None:
            return state, None
    found = _faults(heard)
    if found is not None:
        return None, found
    if "Traceback" in heard:
        console.listen(1)
        last = [line.strip() for line in console.heard.splitlines() if line.strip() and PROMPT.strip() not in line]
        text = f"the application ends with an error: {last[-1] if last else 'none told'}"
        return None, wrong("firmware", "application_failed", text, _DEPLOY)
    text = "the board is at its prompt: MicroPython runs, but no application starts"
    return None, wrong("firmware", "no_application", text, _DEPLOY)


def _faults(heard: str) -> Finding | None:
    """Faults of the configuration that were told on the console."""
    if _NOTHING not in heard:
        return None
    lines = [text.strip() for text in _CONFIG.findall(heard) if _NOTHING not in text]
    text = "the configuration is not valid: " + "; ".join(dict.fromkeys(lines))
    return wrong("firmware", "configuration", text, _CORRECT)
