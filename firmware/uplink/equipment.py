"""What the port gives for a configuration: the line, profiles and lights, with every fault at once."""

import json

from .config import VERSION, ConfigError, check
from .config_migrate import migrate
from .light import Light
from .lightlimits import make_filter
from .profile_files import load_profile
from .tls_files import load_tls


def load_config(storage, tell) -> dict:
    """The checked configuration; ConfigError with all that is wrong with it.  `tell` gets what is worth a line."""
    data = _load(storage, "config.json")
    if data is None:
        raise ConfigError(["config.json: not there; write one and put it beside main.py"])
    data, secrets, older = migrate(data, _load(storage, "secrets.json"))
    if older is not None:
        tell("config: of version %d, taken as of %d; `lumbus config migrate` rewrites it" % (older, VERSION))
    return check(data, secrets)


def _load(storage, name: str):
    """The file's JSON, None where there is no file."""
    try:
        text = storage.read(name)
    except (OSError, ValueError) as e:
        raise ConfigError(["%s: cannot be read (%s); it must be a UTF-8 text" % (name, e)])
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RuntimeError) as e:
        # Nested too deep for the interpreter is a RuntimeError.
        raise ConfigError(["%s: not valid JSON (%s)" % (name, e)])


def open_all(port, config: dict):
    """(line, [(profile, Light or None) of each meter], TLS or None); ConfigError with every fault."""
    # The first telegram wants its tables: they are loaded while there is room in one piece, and let go of after it.
    import mbus.vib  # noqa: F401

    errors = []
    tls = None
    try:
        tls = load_tls(port, config["mqtt"])
    except ConfigError as e:
        errors += e.errors
    line = None
    try:
        line = port.serial(config["bus"]["baud"])
    except (OSError, ValueError) as e:
        errors.append("bus: %s" % e)
    equipment = []
    for index, settings in enumerate(config["meters"]):
        try:
            equipment.append(_equip(port, settings))
        except ConfigError as e:
            errors += ["meters[%d]: %s" % (index, line) for line in e.errors]
    if errors:
        raise ConfigError(errors)
    return line, equipment, tls


def _equip(port, settings: dict):
    profile = load_profile(port.storage, settings["profile"])
    errors = []
    energy = settings["energy"]
    for role, other in (("import", "export"), ("export", "import")):
        if energy in (role, "both") and role not in profile.matchers:
            errors.append("profile %s has no %s register; set energy to %s" % (profile.name, role, other))
    light = None
    if settings["light"] is not None:
        try:
            light = _light(port, settings, profile)
        except (OSError, ValueError) as e:
            errors.append("light: %s" % e)
    if errors:
        raise ConfigError(errors)
    return profile, light


def _light(port, settings: dict, profile) -> Light:
    constant, most = profile.pulse_constant, profile.max_power_w
    qualify, words = make_filter(constant, most, settings["light_gap_ms"], settings["light_width_ms"])
    number = settings["light"]
    source = port.pulses(number, qualify)
    if not hasattr(source, "pending"):
        # What this port gives are pulses already.
        return Light(source, constant, most, port.clock)
    port.console("light %d: %s" % (number, words))
    return Light(source, constant, most, port.clock, qualify)
