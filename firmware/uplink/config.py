"""The configuration: config.json and secrets.json, checked whole before anything starts.

Every fault is one line in plain words with its path.  What is not given gets
its default.  Secrets live in a file of their own, and are never part of a message.
Older versions are brought to this one first (see config_migrate).
"""

from .config_error import ConfigError
from .fields import Choice, Names, Number, Numbers, Pair, Text, check_object

VERSION = 2

_MQTT = {
    "host": Text(required=True),
    # 8883 with TLS, 1883 without.
    "port": Number(1, 65535),
    "tls": Choice((True, False), True),
    "ca": Text(default="ca.der", letters="-_.", most=40),
    # Whom the broker's certificate is for; the host where nothing is said.
    "server_name": Text(),
    "client_cert": Text(letters="-_.", most=40),
    "client_key": Text(letters="-_.", most=40),
    "user": Text(),
    # Base and gateway are in the topic that is subscribed, which may have 122 bytes.
    "base": Text(default="lumbus", letters="-_/", most=60),
    "keepalive_s": Number(5, 3600, 30),
    "status_s": Number(1, 3600, 30),
    "queue_bytes": Number(2048, 1 << 20, 8192),
    "replay_per_s": Number(1, 100, 10),
    "discovery": Choice((True, False), True),
    "discovery_prefix": Text(default="homeassistant", letters="-_/", most=60),
}
_BUS = {
    "baud": Choice((300, 600, 1200, 2400, 4800, 9600), 2400),
    "parity": Choice(("even", "none", "odd"), "even"),
}
_WIFI = {
    "ssid": Text(required=True, most=32),
}
# What is given here takes the place of the board's own; which pins are fit only the board can say.
_PINS = {
    "uart": Number(1, 2),
    "tx": Number(0, 48),
    "rx": Number(0, 48),
    "invert_tx": Choice((True, False)),
    "invert_rx": Choice((True, False)),
    "lights": Numbers(1, 8, 0, 48),
    "pull": Choice(("up", "down", "none")),
    "edge": Choice(("falling", "rising")),
    # -1: none.
    "lamp": Number(-1, 48),
    "invert_lamp": Choice((True, False)),
    "button": Number(-1, 48),
}
_METER = {
    "profile": Text(required=True, letters="-_"),
    "address": Number(0, 254, None),
    "secondary": Text(),
    "poll_s": Number(1, 86400, 60),
    "poll_least_s": Number(1, 86400),
    "poll_most_s": Number(1, 86400),
    "energy": Choice(("import", "export", "both"), "both"),
    "light": Number(0, 7),
    "light_gap_ms": Number(1, 10000),
    "light_width_ms": Pair(1, 10000),
    "settle_s": Number(1, 3600),
}
# Where it is absent, no update is taken.
_UPDATE = {
    "key": Text(required=True, letters="-_.", most=40),
    "ca": Text(letters="-_.", most=40),
    "trial_s": Number(5, 86400, 900),
}
_TOP = {
    "version": Choice((VERSION,), required=True, why="the version of this configuration's form"),
    "gateway": Text(letters="-_", most=40),
    "board": Text(letters="-_"),
    # The page on the local network, where secrets.json has a web_password for it.
    "web": Choice((True, False), True),
    "ntp": Names(1, 4, ["pool.ntp.org"]),
    "journal_kb": Number(16, 8192, 512),
    # So many starts that did not last so long are a loop.
    "safe_boots": Number(2, 20, 5),
    "safe_minutes": Number(1, 60, 10),
}
FORM = {"": _TOP, "mqtt": _MQTT, "bus": _BUS, "wifi": _WIFI, "pins": _PINS, "update": _UPDATE, "meters": _METER}
_MOST_NETWORKS = 8


def check(data, secrets=None) -> dict:
    """A complete configuration with every default and secret filled in; ConfigError with all faults.

    data, secrets: of config.json and secrets.json, of this version.
    """
    errors = []
    if not isinstance(data, dict):
        raise ConfigError(["configuration: must be a JSON object"])
    version = data.get("version")
    if type(version) is int and version > VERSION:
        # What else there is in it, only a newer firmware can say.
        raise ConfigError(["version: %d is newer than this firmware, which knows 1...%d" % (version, VERSION)])
    rest = dict(data)
    parts = {name: rest.pop(name, None) for name in ("mqtt", "bus", "wifi", "pins", "update", "meters")}
    result = check_object(_TOP, rest, "", errors)
    mqtt = result["mqtt"] = check_object(_MQTT, _without_password(parts["mqtt"], "mqtt.", errors), "mqtt.", errors)
    result["bus"] = check_object(_BUS, _or_empty(parts["bus"]), "bus.", errors)
    result["wifi"] = _networks(parts["wifi"], errors)
    pins = check_object(_PINS, _or_empty(parts["pins"]), "pins.", errors)
    # Only what is given: what is in force is told with each session.
    result["pins"] = {name: value for name, value in pins.items() if value is not None}
    given = parts["update"]
    result["update"] = None if given is None else check_object(_UPDATE, given, "update.", errors)
    result["meters"] = _meters(parts["meters"], errors)
    if mqtt.get("port") is None:
        mqtt["port"] = 8883 if mqtt.get("tls") else 1883
    if (mqtt.get("client_cert") is None) != (mqtt.get("client_key") is None):
        errors.append("mqtt.client_cert and mqtt.client_key: give both or none")
    from .config_secrets import add_secrets

    add_secrets(result, secrets, errors)
    if errors:
        raise ConfigError(errors)
    return result


def _without_password(given, where: str, errors: list):
    """The same, and a fault where a secret is in it."""
    if not isinstance(given, dict) or "password" not in given:
        return _or_empty(given)
    errors.append(where + "password: belongs into secrets.json")
    return {key: value for key, value in given.items() if key != "password"}


def _networks(given, errors: list) -> list:
    """Wi-Fi networks in order of preference; none is a wired or a computer's network."""
    if given is None:
        return []
    if not isinstance(given, list) or len(given) > _MOST_NETWORKS:
        errors.append('wifi: must be a list of at most %d networks, such as [{"ssid": "home"}]' % _MOST_NETWORKS)
        return []
    networks = []
    for index, network in enumerate(given):
        where = "wifi[%d]." % index
        checked = check_object(_WIFI, _without_password(network, where, errors), where, errors)
        if any(n.get("ssid") == checked.get("ssid") for n in networks):
            errors.append(where + "ssid: this network is there already")
        networks.append(checked)
    return networks


def _or_empty(part):
    return {} if part is None else part


def _meters(given, errors: list) -> list:
    if not isinstance(given, list) or not given:
        errors.append("meters: must be a list of at least one meter")
        return []
    result = []
    for index, meter in enumerate(given):
        where = "meters[%d]." % index
        checked = check_object(_METER, meter, where, errors)
        if checked.get("address") is None:
            errors.append(where + "address: missing; the meter's primary address, 0...250 or 254")
        elif checked["address"] in (251, 252, 253):
            errors.append(where + "address: 251...253 are no meter's; allowed are 0...250 and 254")
        _check_secondary(checked, where, errors)
        _check_polls(checked, where, errors)
        if any(m.get("address") == checked.get("address") for m in result):
            errors.append(where + "address: another meter has it already")
        light = checked.get("light")
        if light is not None and any(m.get("light") == light for m in result):
            errors.append(where + "light: another meter has it already")
        result.append(checked)
    return result


def _check_polls(meter: dict, where: str, errors: list) -> None:
    """The shortest and the longest interval: a sixth and four times the mean where they are not given."""
    mean = meter.get("poll_s")
    if type(mean) is not int:
        return
    least = meter.get("poll_least_s")
    most = meter.get("poll_most_s")
    meter["poll_least_s"] = least = max(1, mean // 6) if least is None else least
    meter["poll_most_s"] = most = 4 * mean if most is None else most
    if type(least) is int and type(most) is int and not least <= mean <= most:
        errors.append(where + "poll_s: must lie between poll_least_s and poll_most_s (%d...%d)" % (least, most))


def _check_secondary(meter: dict, where: str, errors: list) -> None:
    text = meter.get("secondary")
    if not isinstance(text, str):
        return
    if len(text) != 16 or any(c not in "0123456789abcdef" for c in text.lower()):
        errors.append(where + "secondary: must be 16 hex digits, as on the reading's topic")
    else:
        meter["secondary"] = text.lower()
