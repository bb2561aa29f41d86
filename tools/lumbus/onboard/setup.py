"""`lumbus setup`: questions, a configuration that the firmware's own code has checked, and it on the board.

The board is asked who it is and what it has, and goes on with its work while somebody types.  Then everything is put
there, each file whole or not at all, config.json as the last; the one before stays as config.json.old.
"""

import json
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from uplink.config_migrate import migrate

from ..asking import ask, is_interactive, tell
from ..config.answers import Answers
from ..config.check import Findings
from ..config.place import CONFIG, SECRETS, Place, clean, write
from ..config.pretend import boards, default_board
from ..config.update_key import NAME, key_of, with_key
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from . import passwords
from .deploy import check
from .installed import want
from .placing import Placing
from .session import Identity, Session, has_started

_START_S = 30
_CA = "ca.der"


@dataclass
class Found:
    """What a board told of itself, and its files, by name."""

    identity: Identity
    files: dict[str, bytes]
    access_password: str | None

    @property
    def ssid(self) -> str:
        return "lumbus-" + self.identity.mac[-6:]

    def json(self, name: str):
        """None for what is not there, or is no JSON: that is told, and counts as nothing."""
        data = self.files.get(name)
        try:
            return None if data is None else json.loads(data)
        except ValueError:
            tell(f"warning: {name} on the board is no JSON; it is left out, and kept as {name}.old")
            return None


def run(options) -> int:
    return guarded("setup", lambda: _setup(options))


def _setup(options) -> int:
    want("mpremote")
    if options.folder is not None:
        _refuse_faults(Findings(Place(options.folder)), options.folder)
    elif not options.yes and not is_interactive():
        raise Trouble("this is no terminal, so nothing can be asked: add --yes and what is needed, or --folder", USAGE)
    with Session(options.port) as session:
        found = look(session, options.port)
        # It works while somebody types.
        session.reset()
    tell(f"{found.identity.machine}, MAC {found.identity.mac}, MicroPython {found.identity.micropython}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = _prepare(options, found, folder)
        findings = Findings(Place(str(folder)))
        _refuse_faults(findings, "the configuration")
        with Session(options.port) as session:
            session.enter()
            session.load()
            written = _put(session, folder, found)
            access = found.access_password or passwords.keep(session)
            session.reset()
            lines = session.listen(has_started, _START_S)
    _report(options, found, findings, {"written": written, "access": access, "page": made, "lines": lines})
    return OK


def look(session: Session, port: str) -> Found:
    """Interrupts what runs.  Trouble where the application could not run on this board."""
    identity = session.enter()
    check(identity, port)
    session.load()
    placing = Placing(session)
    files = {}
    for name in (CONFIG, SECRETS):
        data = placing.read(f"/{name}")
        if data is not None:
            files[name] = data
    found = Found(identity, files, passwords.kept(session))
    for name in _named(found.json(CONFIG)):
        data = placing.read(f"/{name}")
        if data is not None:
            files[name] = data
    return found


def _named(config) -> list[str]:
    """The files that a configuration names, or would have by default; nothing of what is not as it should be."""
    if not isinstance(config, dict):
        return []
    mqtt, meters = config.get("mqtt"), config.get("meters")
    names = [mqtt.get(key) for key in ("ca", "client_cert", "client_key")] if isinstance(mqtt, dict) else []
    profiles = [meter.get("profile") for meter in meters if isinstance(meter, dict)] if isinstance(meters, list) else []
    update = config.get("update")
    names += [update.get(key) for key in ("key", "ca")] if isinstance(update, dict) else []
    names += [_CA, *(f"{name}.json" for name in profiles if isinstance(name, str))]
    # No path leads out of the folder.
    return sorted({name for name in names if isinstance(name, str) and "/" not in name and not name.startswith(".")})


def _prepare(options, found: Found, folder: Path) -> str | None:
    """Lay out in `folder` what the board shall have; the password of the local page where one was made."""
    for name, data in found.files.items():
        (folder / name).write_bytes(data)
    if options.folder is not None:
        _take(Path(options.folder), folder)
        return None
    config, secrets = found.json(CONFIG), found.json(SECRETS)
    if config is not None:
        config, secrets, _ = migrate(config, secrets)
    kept = secrets if isinstance(secrets, dict) else {}
    had = config if isinstance(config, dict) else None
    answers = Answers(options, folder, had, kept, _board(found.identity), passwords.new)
    config = with_key(answers.config(), options.update_key)
    if options.update_key is not None:
        (folder / NAME).write_bytes(key_of(options.update_key))
    if options.ca is not None or (_wants_ca(config) and not (folder / _ca_name(config)).exists()):
        _put_ca(options, folder / _ca_name(config))
    secrets = answers.secrets(config)
    write(folder / CONFIG, config, is_secret=False)
    write(folder / SECRETS, secrets, is_secret=True)
    return answers.made


def _take(source: Path, folder: Path) -> None:
    """The files of a folder of `lumbus config init`, and what they name."""
    config = json.loads((source / CONFIG).read_text(encoding="utf-8"))
    for name in (CONFIG, SECRETS, *_named(config)):
        if (source / name).exists():
            shutil.copy(source / name, folder / name)


def _board(identity: Identity) -> str:
    """The pin map to propose: the first for this chip."""
    chip = identity.chip.lower()
    fits = [name for name, pins in boards().items() if str(pins.get("chip", "")).replace("-", "") == chip]
    return fits[0] if fits and default_board() not in fits else default_board()


def _wants_ca(config: dict) -> bool:
    return config["mqtt"].get("tls", True)


def _ca_name(config: dict) -> str:
    return config["mqtt"].get("ca", _CA)


def _put_ca(options, path: Path) -> None:
    """The broker's CA in DER, which is what the firmware takes; PEM is turned into it."""
    name = options.ca
    if name is None and is_interactive() and not options.yes:
        name = ask("file with the certificate of the broker's CA, PEM or DER", _readable)
    if name is None:
        raise Trouble(f"the board has no {path.name}: give the broker's CA with --ca FILE, or --no-tls", USAGE)
    try:
        data = Path(name).read_bytes()
        path.write_bytes(ssl.PEM_cert_to_DER_cert(data.decode()) if data.lstrip().startswith(b"-----") else data)
    except (OSError, ValueError) as e:
        raise Trouble(f"--ca {name}: {e}", USAGE)


def _readable(name: str) -> str:
    if not Path(name).is_file():
        raise ValueError("there is no such file")
    return name


def _refuse_faults(findings: Findings, what: str) -> None:
    if findings.errors:
        raise Trouble(f"{what}: {'; '.join(findings.errors)}: nothing was written", BAD)


def _put(session: Session, folder: Path, found: Found) -> list[str]:
    """The names of what was written; config.json is the last."""
    placing = Placing(session)
    names = sorted(path.name for path in folder.iterdir() if path.name not in (CONFIG, SECRETS))
    written = []
    for name in (*names, SECRETS, CONFIG):
        data = (folder / name).read_bytes() if (folder / name).exists() else None
        if data is None or data == found.files.get(name):
            continue
        if name == CONFIG:
            session.call("keep_old", f"/{name}")
        if placing.replace(f"/{name}", data):
            written.append(name)
    return written


def _report(options, found: Found, findings: Findings, done: dict) -> None:
    lines = done["lines"]
    started = next(filter(has_started, lines), None)
    if options.json:
        who = found.identity
        result = {
            "port": options.port,
            "mac": who.mac,
            "machine": who.machine,
            "micropython": who.micropython,
            "access_point": {"ssid": found.ssid, "password": done["access"]},
            "web_password": done["page"],
            "written": done["written"],
            "warnings": findings.warnings,
            "in_force": findings.in_force,
            "started": started is not None,
        }
        print(json.dumps(result, ensure_ascii=False))
        return
    for text in findings.warnings:
        print(f"warning: {text}")
    for text in findings.in_force:
        print(text)
    print(f"On the board: {', '.join(done['written']) or 'nothing new'}.")
    print(f"Its set-up access point: {found.ssid}, password {done['access']}")
    if done["page"] is not None:
        print(f"Its local page has the password {done['page']}; it is told only now.")
    if started is not None:
        print(f"It has started: {clean(started)}")
    else:
        tell(f"The application was not seen to start: lumbus deploy {options.port} puts it on the board.")
