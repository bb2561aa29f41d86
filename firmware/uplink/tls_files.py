"""The certificates that the configuration names, read from the board's filesystem."""

from .config_error import ConfigError

_CONVERT = "; make it so with: openssl %s -in FILE.pem -outform der -out %s"


def load_tls(port, mqtt: dict):
    """The port's TLS for config["mqtt"], None for plain; ConfigError with every fault."""
    if not mqtt["tls"]:
        return None
    errors = []
    ca = _read(port.storage, mqtt, "ca", "x509", errors)
    cert = key = None
    if mqtt["client_cert"] is not None:
        cert = _read(port.storage, mqtt, "client_cert", "x509", errors)
        key = _read(port.storage, mqtt, "client_key", "pkey", errors)
    if not errors:
        try:
            return port.tls(ca, mqtt["server_name"] or mqtt["host"], cert, key)
        except (OSError, ValueError) as e:
            errors.append(str(e))
    raise ConfigError(errors)


def _read(storage, mqtt: dict, key: str, tool: str, errors: list):
    name = mqtt[key]
    try:
        data = storage.read_bytes(name)
    except OSError as e:
        errors.append("mqtt.%s: %s cannot be read (%s)" % (key, name, e))
        return None
    if data is None:
        errors.append("mqtt.%s: there is no file %s; put it beside config.json, or set mqtt.tls to false" % (key, name))
    elif data[:1] != b"\x30":
        errors.append("mqtt.%s: %s is not in DER%s" % (key, name, _CONVERT % (tool, name)))
    return data
