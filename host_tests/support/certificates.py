"""Certificates for tests, good and bad, as files: made anew each time, valid for nobody else."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

HOST = "127.0.0.1"


class Certificates:
    """In `folder`: ca.der of the right CA and other.der of another, ca.pem, and what make() makes."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._ca = trustme.CA()
        self._ca.cert_pem.write_to_path(folder / "ca.pem")
        _write_der(folder / "ca.der", self._ca.cert_pem)
        _write_der(folder / "other.der", trustme.CA().cert_pem)

    def make(self, name: str, host: str = HOST, days_from: int = -1, days_to: int = 30) -> None:
        """name.pem and name.key, for servers; name.der and name-key.der, for clients.  Days from now."""
        now = datetime.now(UTC)
        made = self._ca.issue_cert(
            host, not_before=now + timedelta(days=days_from), not_after=now + timedelta(days=days_to)
        )
        made.cert_chain_pems[0].write_to_path(self._folder / f"{name}.pem")
        made.private_key_pem.write_to_path(self._folder / f"{name}.key")
        _write_der(self._folder / f"{name}.der", made.cert_chain_pems[0])
        _write_der(self._folder / f"{name}-key.der", made.private_key_pem)


def _write_der(path: Path, pem: trustme.Blob) -> None:
    lines = pem.bytes().decode().strip().splitlines()
    path.write_bytes(base64.b64decode("".join(lines[1:-1])))
