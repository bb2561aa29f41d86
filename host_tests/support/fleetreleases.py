"""Small signed releases for tests; the key is made once."""

from functools import cache
from pathlib import Path

from lumbus.release import form, keys


@cache
def key():
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(keys.EXPONENT, keys.BITS)


def application(version: str = "0.2.0", boards: str = "*", more: tuple = (), size: int = 2500) -> bytes:
    """A release file of an application."""
    told = [("version", version), ("kind", "application"), ("boards", boards), ("micropython", "1.23"), ("mpy", "6")]
    return signed(
        [*told, *more], {"slot/uplink/start.mpy": bytes(range(256)) * (size // 256), "root/main.py": b"# main\n"}
    )


def image(version: str, chip: str, data: bytes) -> bytes:
    """A release file of MicroPython itself."""
    told = [("version", version), ("kind", "micropython"), ("boards", "*"), ("chip", chip)]
    return signed(told, {"image": data})


def signed(told: list, files: dict) -> bytes:
    text = form.manifest(told, files)
    return form.put_together(text, keys.sign(key(), text), files)


def put(folder: Path, data: bytes) -> tuple[Path, Path]:
    """(the release file, the public key's) in a folder."""
    release, public = folder / "lumbus-0.2.0.lum", folder / "update.der"
    release.write_bytes(data)
    public.write_bytes(keys.public_der(key()))
    return release, public
