"""Who is logged in at the local page, and wrong passwords, each of which makes the next attempt wait longer.

The door keeps this for as long as it runs, what checks it is loaded with the page: so `door.sessions` is a list
of [token, begun, last used], `door.wrong` the number of wrong passwords since the last right one, and
`door.wait_until_ms` the moment before which no password is looked at.
"""

import binascii

from mbus._const import const

_MOST = const(4)
_TOKEN_BYTES = const(16)
_IDLE_MS = const(3600000)
_LASTS_MS = const(43200000)
_MOST_WAIT_S = const(60)
_NAME = const("lumbus=")


def same(one: bytes, other: bytes) -> bool:
    """Whether they are, in a time that tells nothing of where they differ."""
    difference = len(one) ^ len(other)
    for at in range(len(one)):
        difference |= one[at] ^ (other[at] if at < len(other) else 0)
    return difference == 0


def _token_in(headers: dict) -> bytes:
    for part in headers.get("cookie", "").split(";"):
        part = part.strip()
        if part.startswith(_NAME):
            return part[len(_NAME) :].encode()
    return b""


def session_of(door, headers: dict):
    """The session that the request belongs to, None where it has none."""
    now = door.clock.ms()
    door.sessions[:] = [s for s in door.sessions if now - s[1] < _LASTS_MS and now - s[2] < _IDLE_MS]
    token = _token_in(headers)
    found = None
    for session in door.sessions:
        if same(session[0], token):
            found = session
            found[2] = now
    return found


def log_in(door, password) -> tuple:
    """(a cookie, 0), or (None, seconds to wait before the next attempt) after a wrong one or one too soon."""
    now = door.clock.ms()
    left_ms = door.wait_until_ms - now
    if left_ms > 0:
        return None, (left_ms + 999) // 1000
    known = door.password
    if known is None or not isinstance(password, str) or not same(password.encode(), known.encode()):
        door.wrong = min(door.wrong + 1, 7)
        wait_s = min(1 << (door.wrong - 1), _MOST_WAIT_S)
        door.wait_until_ms = now + 1000 * wait_s
        door.app.log("page: a wrong password; the next is looked at in %d s" % wait_s)
        return None, wait_s
    door.wrong = 0
    token = binascii.hexlify(door.port.random_bytes(_TOKEN_BYTES))
    door.sessions.append([token, now, now])
    del door.sessions[:-_MOST]
    return cookie(token.decode(), _LASTS_MS // 1000), 0


def log_out(door, headers: dict) -> str:
    """A cookie that ends it in the browser as well."""
    session = session_of(door, headers)
    if session is not None:
        door.sessions.remove(session)
    return cookie("", 0)


def cookie(value: str, seconds: int) -> str:
    return "%s%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict" % (_NAME, value, seconds)
