"""A TCP port of loopback that is free."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """Free at this moment: somebody else may take it before it is bound."""
    with socket.socket() as s:
        s.bind((HOST, 0))
        return s.getsockname()[1]
