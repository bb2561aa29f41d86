"""What the port gives for a configuration: the line, profiles and lights, with every fault at once."""

import json

from .config import ConfigError, check
from .light import Light
from .profile_files import load_profile
from .pulsefilter import PulseFilter

# A boot count that cannot be read begins up here, at random: not below one that was given before.
_LOST_BOOT = 1 << 20


def load_config(storage) -> dict:
    """The checked configuration; ConfigError with all that is wrong with it."""
    try:
        text = storage.read("config.json")
    except (OSError, ValueError) as e:
        raise ConfigError(["config.json: cannot be read (%s); it must be a UTF-8 text" % e])
    if text is None:
        raise ConfigError(["config.json: not there; write one and put it beside main.py"])
    try:
        data = json.loads(text)
    except ValueError as e:
        raise ConfigError(["config.json: not valid JSON (%s)" % e])
    return check(data)


def open_all(port, config: dict):
    """(line, [(profile, Light or None) of each meter]); ConfigError with every fault."""
    errors = []
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
    return line, equipment


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
    qualify = PulseFilter(constant, most, settings.get("light_gap_ms"), settings.get("light_width_ms"))
    return Light(port.pulses(settings["light"], qualify), constant, most, port.clock, qualify)


def count_boot(port, log) -> int:
    """This start's number, written before it is used, so that (boot, seq) is never used twice."""
    try:
        text = port.storage.read("boot") or "0"
        boot = int(text) + 1
    except (OSError, ValueError) as e:
        boot = _LOST_BOOT + port.random_below(_LOST_BOOT)
        log("storage: cannot read the boot count (%s); it goes on at %d" % (e, boot))
    try:
        port.storage.write("boot", str(boot))
    except OSError as e:
        log("storage: cannot write the boot count (%s); boot %d may come again" % (e, boot))
    return boot
