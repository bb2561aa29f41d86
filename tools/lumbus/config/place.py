"""A gateway's files on this computer, as the firmware's own code asks for them."""

import json
import os
import tempfile
from pathlib import Path

from uplink.config import ConfigError
from uplink.config_migrate import migrate

from ..trouble import USAGE, Trouble

CONFIG = "config.json"
SECRETS = "secrets.json"


class Place:
    """A folder with config.json; or that file, which may have another name. Trouble where neither is there.

    `read` and `read_bytes` are as of the port's storage.
    """

    def __init__(self, place: str):
        path = Path(place)
        if not path.exists():
            raise Trouble(f"{place} is not there", USAGE)
        self.folder = path if path.is_dir() else path.parent
        self.name = CONFIG if path.is_dir() else path.name

    def path(self, name: str) -> Path:
        return self.folder / (self.name if name == CONFIG else name)

    def read(self, name: str) -> str | None:
        data = self.read_bytes(name)
        return None if data is None else data.decode()

    def read_bytes(self, name: str) -> bytes | None:
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def json(self, name: str, pairs=None):
        """What is in a file that load_config() took; `pairs`: json's object_pairs_hook."""
        text = self.read(name)
        return None if text is None else json.loads(text, object_pairs_hook=pairs)

    def migrated(self):
        """(config.json, secrets.json, the version that they were of or None), as of this version."""
        return migrate(self.json(CONFIG), self.json(SECRETS))


def write(path: Path, data, is_secret: bool) -> None:
    """Put JSON in place, whole or not at all; secrets are their owner's alone. Trouble where it cannot be done."""
    put(path, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode(), is_secret)


def put(path: Path, data: bytes, is_secret: bool) -> None:
    try:
        # mkstemp's files are for their owner only, from the first moment on.
        handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(data)
                if not is_secret:
                    os.fchmod(f.fileno(), 0o666 & ~_umask())
            os.replace(new, path)
        except OSError:
            os.unlink(new)
            raise
    except OSError as e:
        raise Trouble(f"cannot write {path}: {e.strerror}", USAGE)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def profile_beside(path: Path) -> dict | None:
    """The file, where it looks like a profile."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and isinstance(data.get("records"), dict) else None


def profiles_beside(folder: Path) -> list[str]:
    """The names of what looks like a profile there."""
    return [path.stem for path in sorted(folder.glob("*.json")) if profile_beside(path)]


def clean(line: str) -> str:
    """For the terminal: a name in a file may have in it what moves the cursor."""
    return line if line.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def told(error: ConfigError) -> list[str]:
    return [clean(line) for line in error.errors]
