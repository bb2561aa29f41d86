"""The shipped configurations with their lines for TLS switched on: sources verify, and three nodes are joined by it."""

import re
import shutil
import socket
import ssl

import pytest
from certificates import Certificates
from mqttpublisher import connect, read_exactly
from needs import require_program
from taker import wait_until

from lumbus.collect.source import SourceDown
from lumbus.collect.sources import open_source
from lumbus.engines import nats
from lumbus.engines.mosquitto import Mosquitto
from lumbus.engines.nats import NatsCluster
from lumbus.engines.program import listens


@pytest.fixture
def certificates(tmp_path):
    folder = tmp_path / "certificates"
    folder.mkdir()
    Certificates(folder).make("node")
    shutil.copy(folder / "node.pem", folder / "broker.pem")
    shutil.copy(folder / "node.key", folder / "broker.key")
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


class TlsCluster(NatsCluster):
    """certificates: the folder that stands in the place of /etc/nats."""

    certificates = None

    def configure(self, node) -> None:
        super().configure(node)
        config = node.folder / "nats-server.conf"
        text, blocks = re.subn(
            r"^( *)# (tls \{|    \w+_file: .*|    verify: true|\})$", r"\1\2", config.read_text(), flags=re.M
        )
        assert blocks == 14
        config.write_text(text.replace("/etc/nats", str(self.certificates)))


def came_up(url: str, ca) -> None:
    source = open_source(url, "a", ca=str(ca))
    wait_until(lambda: fault_of(source) is None)
    source.close()


def fault_of(source) -> str | None:
    try:
        source.take(1, 0.1)
    except SourceDown as e:
        return str(e)
    return None


def refused(url: str, ca) -> None:
    source = open_source(url, "a", ca=str(ca))
    wait_until(lambda: "certificate" in (fault_of(source) or ""))
    source.close()


def test_mosquitto(tmp_path, certificates):
    require_program("mosquitto")
    broker = Mosquitto(tmp_path / "mosquitto")
    config = tmp_path / "mosquitto" / "mosquitto.conf"
    text, lines = re.subn(
        r"^# (cafile|certfile|keyfile) /etc/mosquitto/certs", rf"\1 {certificates}", config.read_text(), flags=re.M
    )
    assert lines == 3
    config.write_text(text)
    broker.start()
    url = f"mqtts://127.0.0.1:{broker.port}"
    came_up(url, certificates / "ca.pem")
    refused(url, certificates / "other.der")
    broker.stop()


def test_nats(tmp_path, certificates, monkeypatch):
    require_program("nats-server")
    cluster = TlsCluster(tmp_path / "nats")
    cluster.certificates = certificates
    # Else the engine connects without TLS to see whether MQTT is answered.
    monkeypatch.setattr(nats, "_answers_mqtt", listens)
    cluster.start()
    with socket.create_connection(("127.0.0.1", cluster.nodes[1].mqtt_port), 20) as plain:
        context = ssl.create_default_context(cafile=certificates / "ca.pem")
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as gateway:
            gateway.sendall(connect("gateway"))
            assert read_exactly(gateway, 4) == b"\x20\x02\0\0"
    url = cluster.urls[0].replace("nats://", "tls://")
    came_up(url, certificates / "ca.pem")
    refused(url, certificates / "other.der")
    cluster.stop()
