"""TLS on CircuitPython, always verified.

* Its ssl takes the CA as PEM text only, one certificate; what we are given is DER.
* An own certificate it reads from files in PEM only, while ours come as bytes in DER: there is none here.
"""

import binascii
import ssl

import tls_client

_LINE = 64
_REFUSED = ("VERIFY_FAILED", "-9984")
_MORE = ("signed", "expired", "future", "match")


class Tls(tls_client.Tls):
    """As tls_client's.  ValueError, in words, where a client certificate is given."""

    def __init__(self, ca, server_name: str, cert=None, key=None) -> None:
        if cert is not None:
            raise ValueError("mqtt.client_cert: there are no client certificates on CircuitPython; leave it out")
        self._name = server_name
        self._context = ssl.create_default_context()
        self._context.load_verify_locations(cadata=_pem(ca))

    def wrap(self, socket):
        """A socket that is not connected yet: its connect() does the handshake."""
        return self._context.wrap_socket(socket, server_hostname=self._name)

    def in_words(self, error: Exception) -> OSError:
        """What an error of a wrapped socket means; not every release says more than that the check failed."""
        text = str(error)
        if any(sign in text for sign in _REFUSED) and not any(sign in text for sign in _MORE):
            words = "the broker's certificate is refused: is it signed by the CA in mqtt.ca, for %s, and not expired?"
            return OSError(words % self._name)
        return super().in_words(error)


def _pem(der: bytes) -> str:
    text = binascii.b2a_base64(der).decode().strip()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % "\n".join(lines)
