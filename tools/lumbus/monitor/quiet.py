"""What the monitor says where nothing comes below a base: what to check, and which other bases have gateways."""

from ..contact.broker import decoded
from ..contact.target import Target

# So long nothing may come, in seconds: a gateway's status is retained, and there at once.
AFTER_S = 5
# What is retained elsewhere comes at once too.
LOOK_S = 2
# Bases of up to three levels: all of a broker's topics (#) could be a flood.
ELSEWHERE = [f"{'+/' * levels}v1/+/status" for levels in (1, 2, 3)]
_MOST = 3


class Elsewhere:
    """The gateways that are seen below other bases: {base: their names}."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}

    def take(self, topic: str, payload: bytes) -> None:
        """What came on one of ELSEWHERE; others may publish on such topics as well."""
        base, _, rest = topic.rpartition("/v1/")
        body = decoded(payload)
        if base and rest.endswith("/status") and body is not None and isinstance(body.get("state"), str):
            self.found.setdefault(base, set()).add(rest.removesuffix("/status"))


def words(target: Target, base: str, found: dict[str, set[str]]) -> str:
    """One line; found: as Elsewhere has it."""
    others = sorted(found.items())
    head = f"nothing comes below {base}/v1/ from {target.where}"
    if not others:
        return (
            f"{head}, and no other base has a gateway: is the gateway running (lumbus doctor with its serial port "
            f'tells), does its configuration have this broker and "base": "{base}", and may you read {base}/v1/#?'
        )
    told = "; ".join(f"{other} ({_some(names)})" for other, names in others[:_MOST])
    more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
    return f"{head}, but below {told}{more}: lumbus monitor {_address(target, others[0][0])}"


def _some(names: set[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:_MOST]) + (f" and {len(listed) - _MOST} more" if len(listed) > _MOST else "")


def _address(target: Target, base: str) -> str:
    user = "" if target.user is None else f"{target.user}@"
    return f"mqtt{'s' if target.tls else ''}://{user}{target.where}/{base}"
