"""TLS for connections that never wait: always verified, and every refusal in plain words.

* The handshake goes on with every read and write; until it is done both give "not now".
* A socket with a time-out would lose the session at the first one: none is set.
* CA and own certificate are DER: not every build of MicroPython reads PEM.
* What a certificate is refused for, MicroPython says in a ValueError, CPython in
  an error of its own, and a broker that refuses us just closes.
"""

import ssl

# What is in the error's text, and what it means.
_WORDS = (
    ("signed", "the broker's certificate is not signed by the CA that was given (mqtt.ca)"),
    ("issuer", "the broker's certificate is not signed by the CA that was given (mqtt.ca)"),
    ("expired", "the broker's certificate has expired, or this clock is ahead"),
    ("future", "the broker's certificate is not valid yet, or this clock is behind"),
    ("not yet", "the broker's certificate is not valid yet, or this clock is behind"),
    ("match", "the broker's certificate is not for %s; is mqtt.server_name right?"),
)

# The other side ended it: with an alert or without, as its system and ours happen to tell it.
_ENDED = ("ERTIFICATE_REQUIRED", "WRONG_VERSION", "29184", "EOF", "104", "32", "closed", "alert", "ALERT")
_WHY_ENDED = (
    "the broker ends it: is TLS on at that port, and does it want a client certificate "
    "(mqtt.client_cert, mqtt.client_key)?"
)


class Tls:
    """ca, cert, key: DER, as bytes; cert and key None for no client certificate.  ValueError when one is none.

    server_name: whom the broker's certificate must be for, a name or an address.
    """

    def __init__(self, ca, server_name: str, cert=None, key=None) -> None:
        self._name = server_name
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Not everywhere the default.
        self._context.verify_mode = ssl.CERT_REQUIRED
        try:
            self._context.load_verify_locations(cadata=ca)
        except (OSError, ValueError) as e:
            raise ValueError("mqtt.ca: no certificate in DER (%s)" % e)
        if cert is not None:
            try:
                self._load_own(cert, key)
            except (OSError, ValueError) as e:
                raise ValueError("mqtt.client_cert, mqtt.client_key: no certificate and its key in DER (%s)" % e)

    def _load_own(self, cert, key) -> None:
        self._context.load_cert_chain(cert, key)

    def wrap(self, socket):
        """TLS over a connected socket that does not block; nothing is sent yet."""
        return self._context.wrap_socket(socket, server_hostname=self._name, do_handshake_on_connect=False)

    def in_words(self, error: Exception) -> OSError:
        """What an error of a wrapped socket means."""
        text = str(error)
        for sign, words in _WORDS:
            if sign in text:
                return OSError(words % self._name if "%" in words else words)
        if any(sign in text for sign in _ENDED):
            return OSError(_WHY_ENDED)
        return OSError("no TLS (%s)" % text.strip())
