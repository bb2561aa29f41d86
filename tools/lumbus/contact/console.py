"""A board's console on a serial port: commands are typed, answers and log lines come back."""

import json
import time
from collections import deque
from collections.abc import Callable

import serial

_BAUD = 115200
_REPLY = "lumbus reply "
# Of what is heard between lines that anybody waits for.
_KEPT = 4000
_LOOK_S = 0.05
PROMPT = ">>> "


class NoPort(Exception):
    """The port cannot be opened, or is lost; the text says why."""


class Console:
    """`heard`: the last of what came, as text.  on_line(text) gets each line that is no answer.

    Neither line nor answer is waited for without a deadline.
    """

    def __init__(self, port: str, on_line: Callable[[str], None] | None = None):
        try:
            # Nobody else may read half of what comes.
            self._serial = serial.Serial(port, _BAUD, timeout=0, write_timeout=2, exclusive=True)
        except (OSError, ValueError) as e:
            raise NoPort(_in_words(port, e)) from None
        self._port = port
        self._on_line = on_line
        self._rest = b""
        self._answers: deque[dict] = deque(maxlen=50)
        self._number = 0
        self.heard = ""

    def close(self) -> None:
        self._serial.close()

    def type(self, text: str) -> None:
        try:
            self._serial.write(text.encode())
        except OSError as e:
            raise NoPort(f"{self._port} is lost ({e})") from None

    def ask(self, verb: str, within_s: float, **more) -> dict | None:
        """The answer to a command; None where there was none in time, or where the board is at its prompt."""
        self._number += 1
        own = {"id": self._number, **more}
        self.type(f"\r\nlumbus {verb} {json.dumps(own)}\r\n")
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            self.listen(_LOOK_S)
            for answer in list(self._answers):
                if answer.get("verb") == verb and answer.get("id") == self._number:
                    self._answers.remove(answer)
                    return answer
            if PROMPT in self.heard:
                return None
        return None

    def state(self, within_s: float = 3) -> dict | None:
        return (self.ask("state", within_s) or {}).get("state")

    def wait_for(self, *words: str, within_s: float) -> str | None:
        """The first of the words that is heard from now on; what was heard before is forgotten."""
        self.heard = ""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            self.listen(_LOOK_S)
            for word in words:
                if word in self.heard:
                    return word
        return None

    def listen(self, for_s: float) -> None:
        """Take what comes in that time."""
        until = time.monotonic() + for_s
        while True:
            try:
                data = self._serial.read(4096)
            except OSError as e:
                raise NoPort(f"{self._port} is lost ({e})") from None
            self._take(data)
            if time.monotonic() >= until:
                return
            if not data:
                time.sleep(min(0.01, for_s))

    def _take(self, data: bytes) -> None:
        self.heard = (self.heard + data.decode(errors="replace"))[-_KEPT:]
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            text = line.decode(errors="replace").strip("\r\x04")
            at = text.find(_REPLY)
            if at >= 0:
                self._keep(text[at + len(_REPLY) :])
            elif text and self._on_line is not None:
                self._on_line(text)

    def _keep(self, text: str) -> None:
        try:
            answer = json.loads(text)
        except ValueError:
            # Half of an answer that began before we listened.
            return
        if isinstance(answer, dict):
            self._answers.append(answer)


def _in_words(port: str, error: Exception) -> str:
    text = str(error)
    if getattr(error, "errno", None) == 2 or "No such file" in text or "FileNotFound" in text:
        return f"there is no {port}: is the cable in, and one that carries data? lumbus and others name ports in /dev"
    if getattr(error, "errno", None) == 13 or "ermission" in text:
        return f"{port} may not be opened: add yourself to the group dialout (or uucp), log in anew"
    if getattr(error, "errno", None) in (11, 16) or "lock" in text or "busy" in text:
        return f"{port} is in use: close the other program that has it open"
    return f"{port} cannot be opened ({text})"
