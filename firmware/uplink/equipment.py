"""What the port gives for a configuration: the line, profiles and lights, with every fault at once."""

from .config_error import ConfigError
from .light import Light
from .lightlimits import make_filter
from .profile_files import load_profile
from .tls_files import load_tls


def open_all(port, config: dict):
    """(line, [(profile, Light or None) of each meter], TLS or None); ConfigError with every fault."""
    # Of a board's pins; to open anything on such a pin could stop the chip.
    errors = []
    errors += getattr(port, "faults", ())
    is_fit = not errors
    tls = None
    try:
        tls = load_tls(port, config["mqtt"])
    except ConfigError as e:
        errors += e.errors
    line = None
    try:
        if is_fit:
            line = port.serial(config["bus"]["baud"], config["bus"]["parity"])
    except (OSError, ValueError) as e:
        errors.append("bus: %s" % e)
    equipment = []
    for index, settings in enumerate(config["meters"]):
        try:
            equipment.append(_equip(port, settings, is_fit))
        except ConfigError as e:
            errors += ["meters[%d]: %s" % (index, line) for line in e.errors]
    if errors:
        raise ConfigError(errors)
    return line, equipment, tls


def _equip(port, settings: dict, is_fit: bool):
    profile = load_profile(port.storage, settings["profile"])
    errors = []
    energy = settings["energy"]
    for role, other in (("import", "export"), ("export", "import")):
        if energy in (role, "both") and role not in profile.matchers:
            errors.append("profile %s has no %s register; set energy to %s" % (profile.name, role, other))
    light = None
    if settings["light"] is not None and is_fit:
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
