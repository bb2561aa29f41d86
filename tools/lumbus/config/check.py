"""What is wrong with a configuration, what is doubtful, and what it means: by the firmware's own code.

What passes here starts on the board.  Doubtful is what the firmware takes but
somebody may not have meant.
"""

import json
import ssl
import stat
import time

from uplink.config import ConfigError
from uplink.config_file import load_config
from uplink.config_public import lines
from uplink.equipment import open_all
from uplink.nearest import meant

from ..profiles import names
from ..trouble import BAD, OK
from .place import CONFIG, SECRETS, Place, clean, profiles_beside, told
from .pretend import PretendPort, boards
from .update_key import faults

_SOON_DAYS = 90


class Findings:
    """`errors`, `warnings` and `in_force`: a line each."""

    def __init__(self, place: Place):
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.in_force: list[str] = []
        try:
            config = load_config(place, self.warnings.append)
        except ConfigError as e:
            self.errors = told(e)
            return
        self.errors += [clean(line) for name in (CONFIG, SECRETS) for line in _twice(place, name)]
        port = PretendPort(place, config["board"], config["pins"])
        try:
            open_all(port, config)
        except ConfigError as e:
            self.errors += told(e)
        self.errors += [clean(line) for line in faults(place, config)]
        self.in_force = [clean(line) for line in lines(config) + port.said + _validity(place, config)]
        self.warnings += [clean(line) for line in _doubts(place, config)]


def check(options) -> int:
    found = Findings(Place(options.place))
    if options.json:
        print(json.dumps(vars(found), ensure_ascii=False))
    else:
        # What would be in force is no news while nothing starts.
        in_force = [] if found.errors else [*found.in_force, "Nothing is wrong: a board starts with this."]
        for kind, texts in (("error: ", found.errors), ("warning: ", found.warnings), ("", in_force)):
            for text in texts:
                print(kind + text)
    return BAD if found.errors else OK


def _twice(place: Place, name: str) -> list[str]:
    """JSON takes the last of several that have one name; whoever wrote them meant something else."""
    found = []

    def pairs(items):
        keys = [key for key, _ in items]
        found.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(items)

    place.json(name, pairs)
    # What is a key in secrets.json may be a secret that was mistyped.
    what = "a key of one object" if name == SECRETS else None
    return [f"{name}: {what or key} is there twice" for key in found]


def _doubts(place: Place, config: dict):
    if not config["wifi"] and "lan" not in boards().get(config["board"], {}):
        yield "wifi: there is no network; a board stays alone, and keeps its readings"
    if not config["mqtt"]["tls"]:
        yield "mqtt.tls: is false; readings, user and password can be read and changed on their way"
    yield from _secrets_doubts(place, config)
    meters = config["meters"]
    known = {*names(), *profiles_beside(place.folder)}
    for index, meter in enumerate(meters):
        if meter["profile"] not in known:
            near = meant(meter["profile"], known)
            yield f"meters[{index}].profile: {near}known are {', '.join(sorted(known))}"
        if meter["address"] == 254 and len(meters) > 1:
            yield f"meters[{index}].address: at 254 every meter answers; with {len(meters)} meters they collide"


def _secrets_doubts(place: Place, config: dict):
    _, secrets, _ = place.migrated()
    given = (secrets or {}).get("wifi") or {}
    ssids = [network["ssid"] for network in config["wifi"]]
    is_open = [network["ssid"] for network in config["wifi"] if network["password"] is None]
    for ssid in is_open:
        yield f"wifi: {ssid} has no password in {SECRETS}; it is taken as an open network"
    if unused := len(given.keys() - set(ssids)):
        # Their names are not said: who mistypes may have put a password there.
        yield f"{SECRETS}: wifi: {unused} of {len(given)} passwords are for no network of wifi; is each SSID the same?"
    path = place.path(SECRETS)
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield f"{SECRETS}: others on this computer may read it; chmod 600 {path}"
    now = time.time()
    for name, begins, ends in _certificates(place, config):
        if ends < now:
            yield f"mqtt.ca: {name} has expired"
        elif begins > now:
            yield f"mqtt.ca: {name} is not valid yet"
        elif ends - now < _SOON_DAYS * 86_400:
            yield f"mqtt.ca: {name} expires in {int(ends - now) // 86_400} days"


def _validity(place: Place, config: dict) -> list[str]:
    return [f"CA {name}, valid until {_day(ends)}" for name, _, ends in _certificates(place, config)]


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))


def _certificates(place: Place, config: dict) -> list[tuple[str, float, float]]:
    """(whose, from, to) of mqtt.ca, none where it cannot be loaded: that is an error of its own."""
    mqtt = config["mqtt"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        data = place.read_bytes(mqtt["ca"]) if mqtt["tls"] else None
        if data is None:
            return []
        context.load_verify_locations(cadata=data)
    except (OSError, ValueError):
        return []
    seconds = ssl.cert_time_to_seconds
    found: list[dict] = context.get_ca_certs()
    return [(_whose(one), seconds(one["notBefore"]), seconds(one["notAfter"])) for one in found]


def _whose(certificate: dict) -> str:
    """The subject's common name or, in its place, what it has last."""
    parts = [pair for part in certificate["subject"] for pair in part]
    return dict(parts).get("commonName") or (parts[-1][1] if parts else "without a name")
