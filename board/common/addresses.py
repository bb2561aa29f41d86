"""Addresses of hosts, asked for as seldom as can be.

getaddrinfo() blocks the whole interpreter on this platform: about 7 s for each
DNS server that is silent.  So an address once got is kept, and asked for again
only after a connection to it has failed; when DNS does not answer then, the old
address is tried once more.
"""

import errno
import socket


class Addresses:
    def __init__(self) -> None:
        self._known = {}
        self._doubted = set()

    def find(self, host: str, port: int):
        """What socket.connect() takes; OSError when it is not known.  May block, see above."""
        key = (host, port)
        if key not in self._known or key in self._doubted:
            # Asked once for each doubt, whatever comes of it.
            self._doubted.discard(key)
            self._ask(key)
        return self._known[key]

    def doubt(self, host: str, port: int) -> None:
        """A connection there has failed."""
        self._doubted.add((host, port))

    def _ask(self, key) -> None:
        try:
            # IPv4 alone: for another family this port gives no address to connect to.
            found = socket.getaddrinfo(key[0], key[1], socket.AF_INET, socket.SOCK_STREAM)
            self._known[key] = found[0][-1]
        except (OSError, IndexError) as e:
            if key not in self._known:
                raise OSError(errno.EHOSTUNREACH, "DNS gives no address for %s (%s)" % (key[0], e))
