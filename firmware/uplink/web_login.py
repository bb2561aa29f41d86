"""Logging in at the local page: each wrong password makes the next attempt wait longer.

Loaded for that, and let go of behind it; what must be known later the door keeps (see web_session).
"""

import binascii

from mbus._const import const

from .web_session import LASTS_MS, NAME, same, session_of

_MOST = const(4)
_TOKEN_BYTES = const(16)
_MOST_WAIT_S = const(60)


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
    return cookie(token.decode(), LASTS_MS // 1000), 0


def log_out(door, headers: dict) -> str:
    """A cookie that ends it in the browser as well."""
    session = session_of(door, headers)
    if session is not None:
        door.sessions.remove(session)
    return cookie("", 0)


def cookie(value: str, seconds: int) -> str:
    return "%s%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict" % (NAME, value, seconds)
