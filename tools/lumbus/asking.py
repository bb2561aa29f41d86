"""Questions to whoever sits at the terminal; asked on standard error, so that standard output can go elsewhere."""

import sys
from collections.abc import Callable
from getpass import getpass
from typing import TypeVar

from .trouble import BAD, Trouble

_T = TypeVar("_T")


def is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def tell(line: str) -> None:
    print(line, file=sys.stderr)


def confirmed(question: str) -> bool:
    """Whether the answer is yes; anything else, the end of input too, is no."""
    return _line(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def ask(question: str, check: Callable[[str], _T], proposal: str | None = None) -> _T:
    """What check(answer) makes of the first answer for which it raises no ValueError; Enter takes the proposal."""
    shown = f" [{proposal}]" if proposal is not None else ""
    while True:
        answer = _line(f"{question}{shown}: ")
        if not answer.endswith("\n"):
            raise Trouble("no answer: nothing was written", BAD)
        answer = answer.strip() or proposal or ""
        try:
            return check(answer)
        except ValueError as e:
            tell(f"  {e}")


def hidden(question: str, check: Callable[[str], str], plain: str = "") -> str:
    """Like ask, for a secret: nothing shows it, so it is asked for twice; nothing, and `plain`, are no secrets."""
    while True:
        answer = _unseen(f"{question}: ")
        try:
            check(answer)
        except ValueError as e:
            tell(f"  {e}")
            continue
        if answer in ("", plain) or _unseen("the same again: ") == answer:
            return answer
        tell("  this was another one")


def _unseen(prompt: str) -> str:
    try:
        return getpass(prompt, stream=sys.stderr)
    except EOFError:
        print(file=sys.stderr)
        raise Trouble("no answer: nothing was written", BAD)


def _line(prompt: str) -> str:
    print(prompt, end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    if not line.endswith("\n"):
        # The end of input left the cursor behind the question.
        print(file=sys.stderr)
    return line
