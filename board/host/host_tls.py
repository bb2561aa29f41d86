"""TLS on a computer: CPython takes a client certificate from a file only."""

import binascii
import sys

from tls_client import Tls


class HostTls(Tls):
    if sys.implementation.name != "micropython":

        def _load_own(self, cert, key) -> None:
            import tempfile

            # Only its owner may read it, and it is gone at once.
            with tempfile.NamedTemporaryFile(suffix=".pem") as file:
                file.write(_pem("CERTIFICATE", cert) + _pem(_kind_of(key), key))
                file.flush()
                self._context.load_cert_chain(file.name)


def _kind_of(key: bytes) -> str:
    """PEM's name for a key, told from what follows its version: RFC 8017 (RSA), 5915 (EC), else 5208 (PKCS #8)."""
    # A sequence's length takes one byte, or as many more as its lower bits say.
    at = 2 + (key[1] & 0x7F if len(key) > 1 and key[1] & 0x80 else 0)
    return {b"\x02": "RSA PRIVATE KEY", b"\x04": "EC PRIVATE KEY"}.get(key[at + 3 : at + 4], "PRIVATE KEY")


def _pem(kind: str, der: bytes) -> bytes:
    return ("-----BEGIN %s-----\n%s-----END %s-----\n" % (kind, binascii.b2a_base64(der).decode(), kind)).encode()
