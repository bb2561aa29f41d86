"""The buffered client: the same bytes in the same order, whatever sizes they are asked in."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from lumbus.collect.buffered import BufferedClient


def _client(connection: socket.socket) -> BufferedClient:
    client = BufferedClient(CallbackAPIVersion.VERSION2)
    client._sock = connection
    return client


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=300), st.lists(st.integers(1, 70), min_size=1, max_size=30))
def test_nothing_is_lost_or_doubled(data, sizes):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        client, read = _client(ours), b""
        for size in sizes * 300:
            piece = client._sock_recv(size)
            assert len(piece) <= size
            if not piece:
                break
            read += piece
            assert len(read) + client.ahead <= len(data)
    assert read == data


def test_what_was_ahead_is_not_of_the_next_connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        client = _client(ours)
        theirs.sendall(b"old")
        assert client._sock_recv(1) == b"o" and client.ahead == 2
        client.forget()
        assert client.ahead == 0
        with pytest.raises(BlockingIOError):
            client._sock_recv(1)
        theirs.sendall(b"new")
        assert client._sock_recv(9) == b"new"
