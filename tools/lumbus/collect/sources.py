"""The source that an address names: mqtt:// and mqtts:// for MQTT 5, nats:// and tls:// for NATS JetStream."""

import re

from ..contact.target import BASE, parse, password_for
from .nats_target import SCHEMES, parse_nats
from .source import Source

GROUP = "lumbus"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def open_source(
    url: str, name: str, group: str | None = None, ca: str | None = None, window: int = 5000, ack_wait_s: int = 30
) -> Source:
    """Begins to connect, and returns at once.

    name: of this collector, kept over its restarts; group: all that share.  Without one a collector at an
    MQTT broker takes everything, and one at NATS shares with all that have none either.

    The address's path is the base, `lumbus` where there is none.  ValueError in words for what cannot be
    meant; ModuleNotFoundError where NATS's client is not installed (the extra `headend`).
    """
    for what, said in (("name", name), ("group", group)):
        if said is not None and not _NAME.fullmatch(said):
            raise ValueError(f"--{what} {said}: must be 1...40 letters, digits, - and _")
    if url.partition("://")[0] in SCHEMES:
        target = parse_nats(url, ca)
        from .nats_source import NatsSource

        return NatsSource(target, password_for(target), target.base or BASE, name, group or GROUP, window, ack_wait_s)
    target = parse(url, ca)
    if target.port is not None:
        raise ValueError(f"{url}: must be mqtt://, mqtts://, nats:// or tls://")
    from .mqtt_source import MqttSource

    return MqttSource(target, password_for(target), target.path or BASE, name, group, window)
