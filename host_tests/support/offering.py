"""Who offers a release: on the broker, answering want with cmd/chunk, or over HTTPS by ranges."""

import http.server
import json
import re
import ssl
import threading
from pathlib import Path

from mosquitto import PASSWORD, USER
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from lumbus.demo.stage import BASE

_GATEWAY = "020000000001"


class Offer:
    """Use as a context.  `states` of the update in their order; is_there: whether what is wanted is answered."""

    def __init__(self, port: int):
        self._root = f"{BASE}/v1/{_GATEWAY}/"
        self.states: list[dict] = []
        self.replies: list[dict] = []
        self.wanted: list[tuple[int, int]] = []
        self.is_there = True
        self._file = b""
        self._release = ""
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="offering")
        self._client.username_pw_set(USER, PASSWORD)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._port = port

    def __enter__(self) -> "Offer":
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        return self

    def __exit__(self, *_) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def tell(self, file: bytes, release: str, source: str = "broker") -> None:
        self._file, self._release = file, release
        self.send({"from": source, "release": release, "size": len(file)})

    def send(self, value) -> None:
        self._client.publish(self._root + "cmd/update", json.dumps({"value": value}), qos=1)

    def _on_connect(self, client, *_) -> None:
        client.subscribe([(self._root + leaf, 1) for leaf in ("update", "want", "reply/update")])

    def _on_message(self, client, _userdata, message) -> None:
        body = json.loads(message.payload)
        leaf = message.topic.removeprefix(self._root)
        if leaf == "update":
            # What was told before this was there is no news.
            self.states += [] if message.retain else [body]
        elif leaf == "reply/update":
            self.replies.append(body)
        elif self.is_there and body["release"] == self._release[:16]:
            at, size = body["at"], body["size"]
            self.wanted.append((at, size))
            chunk = bytes.fromhex(self._release[:16]) + at.to_bytes(4, "big") + self._file[at : at + size]
            client.publish(self._root + "cmd/chunk", chunk, qos=1)

    def last(self) -> str | None:
        return self.states[-1]["state"] if self.states else None


class RangeServer:
    """HTTPS on loopback; use as a context. `file` is served at /file.lum, `asked` are the ranges."""

    def __init__(self, folder: Path, name: str):
        self.file = b""
        self.asked: list[str] = []
        self.connections = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                # In this thread, so that a handshake that hangs holds up nobody.
                self.request = context.wrap_socket(self.request, server_side=True)
                server.connections += 1
                super().setup()

            def do_GET(self):
                found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
                if self.path != "/file.lum" or found is None:
                    self.send_error(404)
                    return
                first, last = int(found[1]), min(int(found[2]), len(server.file) - 1)
                server.asked.append(found[0])
                self.send_response(206)
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(server.file)}")
                self.send_header("Content-Length", str(last + 1 - first))
                self.end_headers()
                self.wfile.write(server.file[first : last + 1])

            def log_message(self, format, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """A client that went away in the middle is what is tested."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> "RangeServer":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()
