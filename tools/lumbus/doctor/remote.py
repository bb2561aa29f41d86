"""The first links where the doctor comes through the broker."""

from ..contact.broker import Gateway
from .finding import Finding, good, wrong

_PORT = "connect the gateway's USB port to a computer and ask there: lumbus doctor PORT"


def met(gateway: Gateway, where: str) -> tuple[list[Finding], dict | None]:
    """(what was found, the state); the last finding is wrong where there is no state."""
    found = [good("port", f"the broker at {where} accepts this computer")]
    status = gateway.status
    if status is None:
        text = f"no gateway {gateway.name} is known to this broker: it has never been connected, or has another name"
        found.append(wrong("gateway", "no_answer", text, f"lumbus monitor shows who is there; {_PORT}"))
        return found, None
    if status.get("state") != "online":
        text = "it is offline: the broker has lost it"
        advice = f"is its supply on, its Wi-Fi and its network there? From here nobody can tell which: {_PORT}"
        found.append(wrong("gateway", "offline", text, advice))
        return found, None
    state = gateway.state() or gateway.state()
    if state is None:
        text = "it is online, says the broker, but does not answer"
        advice = f"may you publish under cmd/, and may it subscribe to it (the broker's access list)? Else {_PORT}"
        found.append(wrong("gateway", "no_answer", text, advice))
        return found, None
    return [*found, good("gateway", f"{gateway.name} is online")], state
