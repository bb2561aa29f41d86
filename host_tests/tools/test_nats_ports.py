"""A port that somebody else takes before a node of NATS does."""

import socket
import time

from needs import require_program

from lumbus.engines.nats import NatsCluster


def test_another_port_is_taken_where_one_is_not_free_any_more(tmp_path):
    require_program("nats-server")
    cluster = NatsCluster(tmp_path)
    wanted = cluster.nodes[2].port
    began = time.monotonic()
    with socket.socket() as other:
        other.bind(("127.0.0.1", wanted))
        other.listen()
        try:
            cluster.start()
            assert all(cluster.running(number) for number in range(3))
            assert cluster.nodes[2].port != wanted
        finally:
            cluster.stop()
    # Not after waiting in vain for a node that has ended.
    assert time.monotonic() - began < 50
