"""Small signed release files in a folder, for tests of a rollout."""

from pathlib import Path

from signing import der, of_manifest, release

from lumbus.release import form


def application(version: str = "0.2.0", boards: str = "*", size: int = 2500, **more: str) -> bytes:
    """A release file of an application; more: downgrade="0.3.0"."""
    files = {"slot/uplink/start.mpy": bytes(range(256)) * (size // 256), "root/main.py": b"# main\n"}
    return release(files, version=version, boards=boards, **more)


def image(version: str, chip: str, data: bytes) -> bytes:
    """A release file of MicroPython itself."""
    told = [("version", version), ("kind", "micropython"), ("boards", "*"), ("chip", chip)]
    return of_manifest(form.manifest(told, {"image": data}), {"image": data})


def put(folder: Path, data: bytes) -> tuple[Path, Path]:
    """(the release file, the public key's) in a folder."""
    release, public = folder / "lumbus-0.2.0.lum", folder / "update.der"
    release.write_bytes(data)
    public.write_bytes(der())
    return release, public
