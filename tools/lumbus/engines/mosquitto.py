"""A mosquitto on loopback with the configuration that people use; it forgets nothing when it is ended."""

import getpass
import subprocess
from pathlib import Path

from ..demo.broker import free_port
from .program import Program, found, listens
from .shipped import HEADEND, filled

_START_S = 20
_HOST = "127.0.0.1"


class Mosquitto:
    """In `folder`; `port` is its own until the end.

    users: {name: password} under the shipped access list and `rules` behind it; None: everybody may do everything.
    autosave_s: how often it writes to its disk what waits.
    RuntimeMissing where there is no mosquitto.  Start it from a thread that lasts, see `program`.
    """

    def __init__(self, folder: Path, users: dict[str, str] | None = None, autosave_s: int = 15, rules: str = ""):
        program = found("mosquitto", "mosquitto")
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._folder = folder
        config = folder / "mosquitto.conf"
        config.write_text(self._configuration(users, autosave_s, rules))
        self._program = Program([program, "-c", str(config)], folder / "log")

    @property
    def mqtt_urls(self) -> list[str]:
        return [f"mqtt://{_HOST}:{self.port}"]

    @property
    def programs(self) -> list[Program]:
        return [self._program]

    @property
    def running(self) -> bool:
        return self._program.running

    @property
    def pid(self) -> int | None:
        return self._program.pid

    def start(self) -> None:
        """Returns when it listens; where it does already, at once.  NotStarted within 20 s where it does not."""
        if not self.running:
            self._program.launch()
            self._program.wait_until(lambda: listens(self.port), _START_S)

    def stop(self) -> None:
        """In good order: it keeps what its subscribers have not got."""
        self._program.stop()

    def kill(self) -> None:
        """As a power cut: what it has not yet written to its disk is gone."""
        self._program.kill()

    def _configuration(self, users: dict[str, str] | None, autosave_s: int, more: str) -> str:
        anonymous = users is None
        passwords, rules = self._folder / "passwords", self._folder / "acl"
        changes = {
            "listener 1883 0.0.0.0": f"listener {self.port} {_HOST}",
            "allow_anonymous false": f"allow_anonymous {'true' if anonymous else 'false'}",
            "autosave_interval 15": f"autosave_interval {autosave_s}",
            "password_file .*": "" if anonymous else f"password_file {passwords}",
            "acl_file .*": "" if anonymous else f"acl_file {rules}",
        }
        if users is not None:
            self._write_passwords(passwords, users)
            rules.write_text((HEADEND / "mosquitto" / "lumbus.acl").read_text() + more)
        # What Debian's own file has; and where root starts it, it would become somebody who may not write there.
        own = f"persistence true\npersistence_location {self._folder}/\nuser {getpass.getuser()}\n"
        return own + filled("mosquitto/lumbus.conf", changes)

    @staticmethod
    def _write_passwords(file: Path, users: dict[str, str]) -> None:
        file.touch(0o600)
        file.write_text("".join(f"{user}:{password}\n" for user, password in users.items()))
        # It turns them into hashes in their place.
        subprocess.run([found("mosquitto_passwd", "mosquitto"), "-U", str(file)], check=True, capture_output=True)
