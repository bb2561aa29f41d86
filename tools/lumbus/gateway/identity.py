"""Who this computer is in topics: found once and kept, for a topic must not change with a network adapter."""

import re
from pathlib import Path

from ..trouble import USAGE, Trouble

_FILE = "identity"
_NETWORK = Path("/sys/class/net")
_MAC = re.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}")


def identity_of(folder: Path, given: str | None, network: Path = _NETWORK) -> str:
    """12 hex digits: as given, as kept in the folder, or the MAC address of the first real adapter, which is kept."""
    file = folder / _FILE
    kept = file.read_text().strip() if file.exists() else None
    name = given or kept or _mac(network)
    if name is None:
        raise Trouble("no network adapter has a MAC address here: give --identity, 12 hex digits", USAGE)
    if not re.fullmatch("[0-9a-f]{12}", name):
        raise Trouble(f"{file} must have 12 hex digits: mend it, or remove it and give --identity", USAGE)
    if name != kept:
        try:
            file.write_text(name + "\n")
        except OSError as e:
            raise Trouble(f"cannot write {file}: {e.strerror}; the gateway needs a folder that it may write", USAGE)
    return name


def _mac(network: Path) -> str | None:
    """Of hardware first (it has a `device`); of what else has an address of its own, where there is none."""
    found = []
    for adapter in sorted(network.glob("*")):
        address = adapter / "address"
        mac = address.read_text().strip().lower() if address.exists() else ""
        if _MAC.fullmatch(mac) and mac.strip("0:"):
            found.append((not (adapter / "device").exists(), adapter.name, mac.replace(":", "")))
    return min(found)[2] if found else None
