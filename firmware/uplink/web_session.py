"""Who is logged in at the local page.  How somebody logs in: see web_login.

The door keeps this for as long as it runs, what checks it is loaded with the page: so `door.sessions` is a list
of [token, begun, last used], `door.wrong` the number of wrong passwords since the last right one, and
`door.wait_until_ms` the moment before which no password is looked at.
"""

from mbus._const import const

_IDLE_MS = const(3600000)
LASTS_MS = const(43200000)
NAME = const("lumbus=")


def same(one: bytes, other: bytes) -> bool:
    """Whether they are, in a time that tells nothing of where they differ."""
    difference = len(one) ^ len(other)
    for at in range(len(one)):
        difference |= one[at] ^ (other[at] if at < len(other) else 0)
    return difference == 0


def _token_in(headers: dict) -> bytes:
    for part in headers.get("cookie", "").split(";"):
        part = part.strip()
        if part.startswith(NAME):
            return part[len(NAME) :].encode()
    return b""


def session_of(door, headers: dict):
    """The session that the request belongs to, None where it has none."""
    now = door.clock.ms()
    door.sessions[:] = [s for s in door.sessions if now - s[1] < LASTS_MS and now - s[2] < _IDLE_MS]
    token = _token_in(headers)
    found = None
    for session in door.sessions:
        if same(session[0], token):
            found = session
            found[2] = now
    return found
