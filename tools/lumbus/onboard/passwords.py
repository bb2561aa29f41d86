"""A board's own passwords: made by chance, easy to read off a label.

That of its set-up access point is kept on the board, in the chip's NVS, where the firmware looks for it
(firmware/uplink/access.py) and makes one itself where there is none.
"""

import secrets

from .session import Session

# Nothing that is taken for another: no 0, 1, i, l, o.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 10
_NAME = "ap_password"
_KEPT = f"""
import esp32
b=bytearray(64)
try:
 print(bytes(b[:esp32.NVS("lumbus").get_blob("{_NAME}",b)]).decode())
except OSError:
 try:
  print(read("/{_NAME}").decode())
 except OSError:
  print()
"""
_KEEP = """
import esp32
n=esp32.NVS("lumbus")
n.set_blob("{name}",b"{password}")
n.commit()
"""


def new() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def kept(session: Session) -> str | None:
    """The access point's, as the board has it; inside.py is loaded."""
    found = session.run(_KEPT).strip()
    return found if len(found) >= 8 else None


def keep(session: Session) -> str:
    """Make one, and leave it on the board."""
    password = new()
    session.run(_KEEP.format(name=_NAME, password=password))
    return password
