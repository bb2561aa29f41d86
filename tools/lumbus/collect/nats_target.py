"""nats://[user@]host[:port][,host[:port]…][/base], and tls:// for the same with TLS."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..contact.target import PASSWORD

SCHEMES = ("nats", "tls")
_PORT = 4222
_FORM = "must be nats://[user@]host[:port][,host[:port]...][/base], or tls:// in nats://'s place"


@dataclass(frozen=True)
class NatsTarget:
    """`servers`: nats://host:port of each; `base`: "" where the address names none; ca: as contact.Target's."""

    servers: tuple[str, ...]
    tls: bool = False
    user: str | None = None
    base: str = ""
    ca: Path | None = None

    @property
    def where(self) -> str:
        return ", ".join(server.partition("://")[2] for server in self.servers)


def parse_nats(text: str, ca: str | None = None) -> NatsTarget:
    """ValueError in words."""
    scheme, _, rest = text.partition("://")
    if scheme not in SCHEMES:
        raise ValueError(_FORM)
    place, _, base = rest.partition("/")
    credentials, marked, hosts = place.rpartition("@")
    if ":" in credentials:
        raise ValueError(
            f"no password in the address: others can see it in the list of processes and in the shell's history. "
            f"Leave it out, and put it into the environment's {PASSWORD}"
        )
    base = base.strip("/")
    if any(mark in base for mark in "+#?*> "):
        raise ValueError("+, #, ?, *, > and blanks cannot be in the name of a base")
    servers = tuple(_server(scheme, host) for host in hosts.split(","))
    user = unquote(credentials) if marked else None
    return NatsTarget(servers, scheme == "tls", user, base, None if ca is None else Path(ca))


def _server(scheme: str, host: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{host}")
        number = parts.port
    except ValueError:
        raise ValueError("the port behind a host must be a number 1...65535") from None
    if not parts.hostname or number == 0 or parts.query or parts.fragment:
        raise ValueError(_FORM)
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{name}:{number or _PORT}"
