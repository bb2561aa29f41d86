"""A PostgreSQL of its own: an own cluster on loopback and a Unix socket, ended with us.

PostgreSQL does not run as root: root's cluster belongs to the user `postgres`
that Debian's package makes, and lives in a folder below /tmp, since nobody else
may look into what root or pytest keep.  fsync stays on: what is committed is
there after kill().
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from ..runtime import RuntimeMissing
from .ports import HOST, free_port

_USER = "postgres"
_DEADLINE_S = 60
# The longest path of a Unix socket, less ".s.PGSQL.65535".
_LONGEST = 107 - 15


def programs() -> Path:
    """The folder of the newest PostgreSQL's programs; RuntimeMissing where there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if not found and on_path is not None:
        return Path(on_path).resolve().parent
    if not found:
        raise RuntimeMissing("no PostgreSQL here: install it (on Debian: apt-get install postgresql)")
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)


class Postgres:
    """Started when made; the database `lumbus` of the superuser `lumbus`.

    It ends with the *thread* that started it, too: make it in one that lasts.

    url: by the Unix socket, which only its owner and root reach: no password.
    tcp_url: the same by 127.0.0.1, where `password` is wanted (PGPASSWORD).
    """

    def __init__(self, folder: Path):
        self._programs = programs()
        self._as: list[str] = []
        self._own = None if os.geteuid() else Path(tempfile.mkdtemp(prefix="lumbus-postgres-"))
        self._folder = self._own or Path(folder) / "postgres"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(str(self._folder)) > _LONGEST:
            raise ValueError(f"{self._folder}: too long for a socket, at most {_LONGEST} characters")
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self.url = f"postgresql://lumbus@/lumbus?host={self._folder}&port={self.port}"
        self.tcp_url = f"postgresql://lumbus@{HOST}:{self.port}/lumbus"
        self._process: subprocess.Popen | None = None
        try:
            self._take_user()
            self._make()
            self.start()
            self._run(self._socket_tool("createdb"), "lumbus")
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Returns when it answers; where it runs already, at once."""
        if self._process is not None:
            return
        deadline = time.monotonic() + _DEADLINE_S
        self._process = self._spawn()
        while subprocess.run(self._socket_tool("pg_isready", "-q")).returncode:
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"PostgreSQL does not answer: {self._said()}")
            if self._process.poll() is not None:
                # After kill() its children hold the memory for a moment, and it refuses to start.
                self._process = self._spawn()
            time.sleep(0.02)

    def stop(self) -> None:
        """In good order; sessions are cut off."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Like a power cut to the program: nothing is written any more."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        """stop(), and what root's cluster has on the disk is removed."""
        self.stop()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_DEADLINE_S)
        self._process = None

    def _take_user(self) -> None:
        if self._own is None:
            return
        try:
            user = pwd.getpwnam(_USER)
        except KeyError:
            raise RuntimeMissing(f"PostgreSQL does not run as root, and there is no user {_USER} here") from None
        os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._as = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]

    def _make(self) -> None:
        secret = self._folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o600)
        if self._own is not None:
            shutil.chown(secret, _USER)
        options = ("-U", "lumbus", "-A", "scram-sha-256", "--auth-local=trust", f"--pwfile={secret}")
        locale = ("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        self._run([*self._as, str(self._programs / "initdb"), "-D", str(self._folder / "data"), *options, *locale])
        secret.unlink()

    def _spawn(self) -> subprocess.Popen:
        # A death signal is forgotten when the user changes, so setpriv sets both.
        prefix = self._as or (["setpriv"] if shutil.which("setpriv") else [])
        told = [*prefix, "--pdeathsig", "INT"] if prefix else []
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": self._folder,
            "unix_socket_permissions": "0777",
            "timezone": "UTC",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(self._folder / "log", "ab") as log:
            return subprocess.Popen(
                [*told, str(self._programs / "postgres"), "-D", str(self._folder / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    def _socket_tool(self, name: str, *more: str) -> list[str]:
        where = ["-h", str(self._folder), "-p", str(self.port), "-U", "lumbus"]
        return [str(self._programs / name), *where, *more]

    def _run(self, command: list[str], *more: str) -> None:
        done = subprocess.run([*command, *more], capture_output=True, text=True, cwd="/", timeout=_DEADLINE_S)
        if done.returncode:
            raise RuntimeError(f"{Path(command[-1]).name}: {' '.join(done.stderr.split())}")

    def _said(self) -> str:
        return " / ".join((self._folder / "log").read_text(errors="replace").splitlines()[-3:])
