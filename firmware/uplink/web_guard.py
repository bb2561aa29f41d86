"""Which requests are carried out at all.

* The page must be asked for under one of the board's own names: a name of somebody else's that leads here (DNS
  rebinding) is refused.  A phone on the set-up access point asks for its vendor's page; it is sent to ours.
* What changes something is a POST with a content type and a header that no page of another origin can send
  without asking, and its Origin, where there is one, is ours.
* Whoever is not logged in gets the page itself, `hello` and `login`.  Over the set-up access point nobody need log in:
  its own password was asked for.
"""

from .web_http import Refused
from .web_session import session_of

_OPEN = ("hello", "login")


def _host_of(headers: dict) -> str:
    host = headers.get("host", "").lower()
    return host.rsplit(":", 1)[0] if ":" in host else host


def is_ours(door, headers: dict) -> bool:
    """Whether it was asked for under a name of this board's."""
    return _host_of(headers) in door.listener.hosts()


def is_free(door, peer) -> bool:
    """Whether who comes from there need not log in."""
    return door.guest is not None and door.guest(peer)


def check_call(door, method: str, name: str, headers: dict, peer) -> None:
    """Refused where a call of the API must not be carried out."""
    if not is_ours(door, headers):
        raise Refused(403, "this board has another name; open the page by its address")
    if method == "POST":
        _check_change(name, headers)
    if name not in _OPEN and not is_free(door, peer) and session_of(door, headers) is None:
        raise Refused(401, "log in first")


def _check_change(name: str, headers: dict) -> None:
    origin = headers.get("origin")
    if origin is not None and origin.lower() != "http://" + headers["host"].lower():
        raise Refused(403, "the request comes from another page")
    if headers.get("x-lumbus") != "1":
        raise Refused(403, "the header X-Lumbus: 1 is missing")
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and (name != "upload" or kind != "application/octet-stream"):
        raise Refused(415, "the content type must be application/json")
