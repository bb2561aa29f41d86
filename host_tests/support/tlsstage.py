"""A broker with TLS, and the firmware that is told to use it."""

import shutil
from pathlib import Path

from certificates import Certificates
from mosquitto import Mosquitto, PasswordStage


class TlsBroker(Mosquitto):
    """Listens with TLS on front_port, where the firmware goes, and plain on port, for the consumer.

    server: the name of its certificate; wants_client: it asks for one of the client.
    """

    def __init__(self, folder, server="good", wants_client=False):
        super().__init__(folder)
        self._server = server
        self._wants_client = wants_client

    def more(self) -> str:
        self.front_port = self.free()
        folder = self._folder
        return (
            f"listener {self.front_port} 127.0.0.1\ncafile {folder}/ca.pem\n"
            f"certfile {folder}/{self._server}.pem\nkeyfile {folder}/{self._server}.key\n"
            f"require_certificate {str(self._wants_client).lower()}\n"
        )


class TlsStage(PasswordStage):
    """The firmware of a Stage, told to use TLS; `changes` of config["mqtt"]; `folder` has the certificates."""

    folder: Path | None = None
    changes: dict = {}

    def firmware_config(self) -> dict:
        config = super().firmware_config()
        config["mqtt"] |= {"tls": True, **self.changes}
        assert self.folder is not None
        for file in self.folder.glob("*.der"):
            shutil.copy(file, self.state)
        return config


def certified(tmp_path):
    certificates = Certificates(tmp_path)
    certificates.make("good")
    certificates.make("expired", days_from=-20, days_to=-1)
    certificates.make("future", days_from=2)
    certificates.make("name", host="broker.example")
    certificates.make("client", host="gateway.example")
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    return tmp_path
