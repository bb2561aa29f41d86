"""The broker, for a rollout: what comes with whether it was kept, commands and chunks; it reconnects by itself."""

import json
from collections.abc import Iterator

from ..contact.broker import Subscription
from ..contact.target import BASE, Target

_LEAVES = ("info", "status", "update", "want", "reply/update", "reply/error")
_AT_A_TIME = 500


class Link:
    """base: what the topics of these gateways begin with."""

    def __init__(self, target: Target):
        self.base = target.path or BASE
        self._root = f"{self.base}/v1/"
        self._subscription = Subscription(target, [f"{self._root}+/{leaf}" for leaf in _LEAVES])
        self._number = 0

    def is_up(self) -> bool:
        return self._subscription.is_up()

    def close(self) -> None:
        self._subscription.close()

    def pump(self, for_s: float) -> Iterator[tuple[str, str, bytes, bool]]:
        """(gateway, leaf, payload, whether the broker had kept it): waits for the first, gives what is there."""
        for topic, payload, is_kept in self._subscription.waiting(for_s, _AT_A_TIME):
            name, _, leaf = topic.removeprefix(self._root).partition("/")
            yield name, leaf, payload, is_kept

    def command(self, name: str, value) -> int:
        """cmd/update; the number that the answer will carry."""
        self._number += 1
        payload = json.dumps({"value": value, "id": self._number}, separators=(",", ":"))
        self._subscription.publish(f"{self._root}{name}/cmd/update", payload)
        return self._number

    def chunk(self, name: str, payload: bytes) -> None:
        # Who does not get it asks again.
        self._subscription.publish(f"{self._root}{name}/cmd/chunk", payload, qos=0)
