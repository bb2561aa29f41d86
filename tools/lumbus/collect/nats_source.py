"""Deliveries from NATS JetStream: what MQTT's gateway has acknowledged, by one durable pull consumer.

MQTT's PUBACK is given when the stream $MQTT_msgs has stored the message on its
replicas; so the consumer sits on that stream.  On the plain subjects the same
message passes without any such promise.

Every collector of a group pulls from the group's one consumer, and NATS hands each
message to one of them; what is not acknowledged in time it hands out again.
"""

import asyncio
import contextlib
import json
import ssl
import threading

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from ..contact.broker import context_with
from .inbox import Inbox
from .nats_consumer import PREFIX, STREAM, Refused, ensure
from .nats_target import NatsTarget
from .source import Delivery
from .wanted import Wanted, topic_of

_NEXT = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}."
_CONNECT_S = 5
_FLUSH_S = 2
_CLOSE_S = 10
# A request for messages lives so long; one that is lost with its leader is found out a little later.
_ASKED_S = 2
_LOST_S = 1
_PAUSE_S = 0.5
_MOST_ASKED = 1000
# So often in a row nobody answers before the consumer is looked for, and made where it is gone.
_SILENT = 4
_NOBODY = "503"


class NatsSource:
    """Pulls from the consumer `group` as the collector `name`; a Source.

    window: how many are taken ahead of what is acknowledged.  ack_wait_s: after that NATS hands out
    again what was not acknowledged; it is the consumer's, so what its maker said holds.
    password: None without a user.
    """

    def __init__(
        self,
        target: NatsTarget,
        password: str | None,
        base: str,
        name: str,
        group: str,
        window: int = 5000,
        ack_wait_s: int = 30,
    ):
        self._target = target
        self._login = {} if target.user is None else {"user": target.user, "password": password}
        self._tls = context_with(target.ca) if target.tls else None
        self._base, self._name, self._group = base, name, group
        self._window = window
        self._ack_wait_s = ack_wait_s
        self._wanted = Wanted(base)
        self._inbox = Inbox()
        self._inbox.fault = f"not yet connected to {target.where}"
        # Come in this turn of the loop, and not yet in the inbox.
        self._came: list[Delivery] = []
        # Taken from NATS and not acknowledged.
        self._in_hand = 0
        # Of the request that runs: its subject, how many are still to come, and whether nobody answered.
        self._asked, self._coming, self._unheard = "", 0, 0
        self._ended = False
        self._client = Client()
        self._loop = asyncio.new_event_loop()
        self._done: asyncio.Queue[list | None] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="nats-source", daemon=True)
        self._thread.start()

    def take(self, most: int, wait_s: float) -> list[Delivery]:
        return self._inbox.take(most, wait_s)

    def acknowledge(self, deliveries: list[Delivery]) -> None:
        self._loop.call_soon_threadsafe(self._done.put_nowait, [delivery.mark for delivery in deliveries])

    def close(self) -> None:
        """What was acknowledged is sent; the rest NATS hands out again."""
        self._loop.call_soon_threadsafe(self._done.put_nowait, None)
        self._thread.join(_CLOSE_S)

    def _serve(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._run())

    async def _run(self) -> None:
        pulling = asyncio.ensure_future(self._go_on())
        while (marks := await self._done.get()) is not None:
            for mark in marks:
                await self._acknowledge(mark)
            self._in_hand -= len(marks)
            self._changed.set()
        self._ended = True
        pulling.cancel()
        await asyncio.gather(pulling, return_exceptions=True)
        with contextlib.suppress(Error, OSError, asyncio.TimeoutError):
            await self._client.flush(_FLUSH_S)
        await self._client.close()

    async def _acknowledge(self, mark: str) -> None:
        # Where the connection is lost it comes again, and is stored once all the same.
        with contextlib.suppress(Error, OSError):
            await self._client.publish(mark, b"+ACK")

    async def _go_on(self) -> None:
        """Until it is to end: whatever ends one client, another begins."""
        while not self._ended:
            self._client = Client()
            try:
                await self._pull(self._client)
            except Exception as e:
                # Whatever it is: a collector that stands still in silence would be worse.
                self._inbox.fault = f"NATS at {self._target.where}: {_said(e)}"
            await self._client.close()
            await asyncio.sleep(_PAUSE_S)

    async def _pull(self, client: Client) -> None:
        await client.connect(
            list(self._target.servers),
            name=f"lumbus-collect-{self._name}",
            tls=self._tls,
            connect_timeout=_CONNECT_S,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_PAUSE_S,  # pyright: ignore[reportArgumentType]
            error_cb=self._on_error,
            disconnected_cb=self._on_lost,
            reconnected_cb=self._on_back,
            inbox_prefix=f"_INBOX_collect.{self._name}",
            **self._login,
        )
        inbox = client.new_inbox()
        await client.subscribe(inbox + ".*", cb=self._on_message)
        await self._ensure()
        number = 0
        while not self._ended and not client.is_closed:
            room = self._window - self._in_hand
            if room < self._window // 4:
                self._changed.clear()
                await self._changed.wait()
                continue
            number += 1
            await self._ask(f"{inbox}.{number}", min(room, _MOST_ASKED))
            if self._unheard >= _SILENT:
                await self._ensure()

    async def _ensure(self) -> None:
        """Until stream and consumer are there."""
        while not self._client.is_closed:
            try:
                await ensure(self._client.jetstream(timeout=_CONNECT_S), self._group, self._base, self._ack_wait_s)
                self._unheard = 0
                self._inbox.fault = None
                return
            except (TimeoutError, Error, Refused, OSError) as e:
                self._inbox.fault = f"the consumer {self._group} at {self._target.where}: {_said(e)}"
            await asyncio.sleep(_PAUSE_S)

    async def _ask(self, subject: str, number: int) -> None:
        """One request; returns when all of it has come, it is over, or it was lost."""
        self._asked, self._coming = subject, number
        self._unheard += 1
        told = {"batch": number, "expires": _ASKED_S * 1_000_000_000}
        with contextlib.suppress(Error, OSError):
            await self._client.publish(_NEXT + self._group, json.dumps(told).encode(), reply=subject)
        until = self._loop.time() + _ASKED_S + _LOST_S
        # A wait that ends in the moment in which it is cancelled swallows that.
        while self._coming > 0 and not self._ended and (left := until - self._loop.time()) > 0:
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    async def _on_message(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status")
        if status is not None:
            await self._on_status(message.subject, status)
            return
        self._heard()
        self._coming -= 1
        if self._coming <= 0:
            self._changed.set()
        topic = topic_of(message.subject.removeprefix(PREFIX))
        if not self._wanted(topic):
            await self._acknowledge(message.reply)
            return
        self._in_hand += 1
        if not self._came:
            self._loop.call_soon(self._hand_over)
        self._came.append(Delivery(topic, message.data, False, message.reply))

    def _hand_over(self) -> None:
        self._inbox.put(self._came)
        self._came = []

    async def _on_status(self, subject: str, status: str) -> None:
        if status != _NOBODY:
            self._heard()
        else:
            # The consumer's leader is gone: another is being chosen.
            await asyncio.sleep(_PAUSE_S)
        if subject == self._asked:
            self._coming = 0
            self._changed.set()

    def _heard(self) -> None:
        self._unheard = 0
        self._inbox.fault = None

    async def _on_error(self, error: Exception) -> None:
        if not self._client.is_connected:
            self._inbox.fault = f"NATS at {self._target.where}: {_said(error)}"

    async def _on_lost(self) -> None:
        self._inbox.fault = f"the connection to NATS at {self._target.where} is lost"

    async def _on_back(self) -> None:
        # What was asked for on the old connection does not come.
        self._inbox.fault = None
        self._coming = 0
        self._changed.set()


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted: {error.verify_message}"
    return str(error) or type(error).__name__
