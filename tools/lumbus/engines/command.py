"""`lumbus cluster`: start a broker, say where it is, and end it with Ctrl-C."""

import contextlib
import json
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from ..runtime import RuntimeMissing
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from .mosquitto import Mosquitto
from .nats import NatsCluster
from .program import NotStarted

_LOOK_S = 0.5
# Under one another, so that each is whole on a narrow terminal.
_NEXT = "\n" + " " * 12


def run(options) -> int:
    return guarded("cluster", lambda: _run(options))


def _run(options) -> int:
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        with _folder(options.folder) as folder, _started(options.broker, folder) as broker:
            _say(_about(broker, folder), options.json)
            return _last(broker, ended, options.seconds)
    except RuntimeMissing as e:
        raise Trouble(str(e), USAGE) from None
    except NotStarted as e:
        raise Trouble(str(e), BAD) from None
    except OSError as e:
        raise Trouble(
            f"{options.folder}: {e.strerror}: give --folder a place where files can be written", USAGE
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _folder(told: Path | None) -> Iterator[Path]:
    if told is not None:
        told.mkdir(parents=True, exist_ok=True)
        yield told.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="lumbus-cluster-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _started(name: str, folder: Path) -> Iterator[NatsCluster | Mosquitto]:
    broker = NatsCluster(folder) if name == "nats" else Mosquitto(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


def _about(broker: NatsCluster | Mosquitto, folder: Path) -> dict:
    about = {"folder": str(folder), "mqtt": broker.mqtt_urls, "monitoring": []}
    if isinstance(broker, Mosquitto):
        return {"broker": "mosquitto", **about, "collect": broker.mqtt_urls[0]}
    hosts = ",".join(url.partition("://")[2] for url in broker.urls)
    about["monitoring"] = [f"http://127.0.0.1:{node.http_port}" for node in broker.nodes]
    return {"broker": "nats", **about, "collect": f"nats://{hosts}"}


def _say(about: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(about), flush=True)
        return
    print(f"{about['broker']} runs, all of it in {about['folder']}; Ctrl-C ends it")
    print(f"gateways:   {_NEXT.join(about['mqtt'])}")
    if about["monitoring"]:
        print(f"monitoring: {_NEXT.join(about['monitoring'])}")
    print(f"collector:  lumbus collect {about['collect']}", flush=True)


def _last(broker: NatsCluster | Mosquitto, ended: threading.Event, seconds: float | None) -> int:
    """Until it is to end; Trouble where a node ends by itself."""
    timer = None
    if seconds is not None:
        timer = threading.Timer(seconds, ended.set)
        timer.daemon = True
        timer.start()
    while not ended.wait(_LOOK_S):
        gone = [program for program in broker.programs if not program.running]
        if gone:
            raise Trouble(f"{gone[0].log.parent.name} has ended by itself: {gone[0].last_words()}", BAD)
    if timer is not None:
        timer.cancel()
    return OK
