"""Deliveries by MQTT 5: mosquitto and others.

The session outlives the connection and the program: it belongs to the collector's
name.  What was handed to it and not acknowledged waits for that name, so a
collector keeps its name and comes back.  A message is acknowledged by
acknowledge() alone.

Collectors of one group share the work by a shared subscription.  mosquitto 2.0
forgets shared subscriptions when it is started anew: what gateways publish before
a collector is back is acknowledged and gone, so that comes back at once.  A
collector without a group has a subscription of its own, which mosquitto keeps.
"""

import contextlib
import random
import select
import socket
import ssl
import threading
import time
from collections import deque

from paho.mqtt.client import MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ..contact.broker import context_with
from ..contact.target import Target
from .buffered import BufferedClient
from .inbox import Inbox
from .source import Delivery
from .wanted import filters

_KEEPALIVE_S = 30
_CONNECT_S = 10
_GOODBYE_S = 3
# Nobody subscribes to it: that it is not subscribed any more is an answer to everything before.
_NO_TOPIC = "$lumbus/goodbye"
_LOOK_S = 1.0
# Before gateways are back, whose first pause is half a second.
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 1
# So many packets are read before anything else is looked at.
_AT_ONCE = 200
# A session never ends by itself: with it would end what waits in it.
_NEVER = 0xFFFFFFFF
# A connection that ends sooner than that, so often in a row: somebody else takes the session over each time.
_SHORT_S = 2
_SUSPICIOUS = 3
_SUSPICIOUS_PAUSE_S = 5
_UNKNOWN_PROTOCOL = 0x84


class MqttSource:
    """The collector `name`, which shares with all of `group` or, where that is None, takes everything; a Source.

    window: how many the broker sends ahead of what is acknowledged, 1...65535.
    password: None without a user.
    """

    def __init__(
        self, target: Target, password: str | None, base: str, name: str, group: str | None = None, window: int = 5000
    ):
        self._target = target
        own = filters(base)
        self._filters = own if group is None else [f"$share/{group}/{topic}" for topic in own]
        # The session may be of a time when it did not share.
        self._not_wanted = [] if group is None else own
        self._window = window
        self._inbox = Inbox()
        self._inbox.fault = f"not yet connected to {target.where}"
        # Read, and not yet in the inbox.
        self._came: list[Delivery] = []
        self._acknowledged: deque[tuple[int, int]] = deque()
        # Of the connection: a mark of an earlier one is of no use in a later one.
        self._session = 0
        self._accepted_at: float | None = None
        self._short = 0
        self._answered: set[int | None] = set()
        self._ended = False
        self._client = self._made(name, password)
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="mqtt-source", daemon=True)
        self._thread.start()

    def take(self, most: int, wait_s: float) -> list[Delivery]:
        return self._inbox.take(most, wait_s)

    def acknowledge(self, deliveries: list[Delivery]) -> None:
        self._acknowledged.extend(delivery.mark for delivery in deliveries)  # pyright: ignore[reportArgumentType]
        self._rouse()

    def close(self) -> None:
        """What was acknowledged is sent; the session stays with the broker."""
        self._ended = True
        self._rouse()
        self._thread.join(2 * _CONNECT_S)
        self._woken.close()
        self._wake.close()

    def _rouse(self) -> None:
        # Where it is full the thread is awake in any case.
        with contextlib.suppress(OSError):
            self._wake.send(b"!")

    def _made(self, name: str, password: str | None) -> BufferedClient:
        client = BufferedClient(
            CallbackAPIVersion.VERSION2, client_id=f"lumbus-collect-{name}", protocol=MQTTv5, manual_ack=True
        )
        client.connect_timeout = _CONNECT_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        if self._target.user is not None:
            client.username_pw_set(self._target.user, password)
        if self._target.tls:
            client.tls_set_context(context_with(self._target.ca))
        return client

    def _run(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._ended:
            self._session += 1
            self._connect()
            while self._client.socket() is not None and not self._ended:
                try:
                    self._turn()
                except Exception as e:
                    # Whatever it is: a collector that stands still in silence would be worse.
                    self._inbox.fault = f"{self._target.where} sends what is not understood ({e!r})"
                    self._client.disconnect()
                if self._lasts():
                    pause, self._short, self._inbox.fault = _FIRST_PAUSE_S, 0, None
            # Many collectors do not come back in the same moment.
            self._idle((_SUSPICIOUS_PAUSE_S if self._short >= _SUSPICIOUS else pause) * random.uniform(0.5, 1))
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        """Disconnect when the broker has read every acknowledgement: it would forget them if we came back sooner."""
        self._send_acknowledgements()
        if self._accepted_at is not None:
            asked = self._client.unsubscribe(_NO_TOPIC)[1]
            self._client.on_unsubscribe = lambda _client, _data, number, *_: self._answered.add(number)
            until = time.monotonic() + _GOODBYE_S
            while asked not in self._answered and self._client.socket() is not None and time.monotonic() < until:
                self._turn()
        self._client.disconnect()

    def _lasts(self) -> bool:
        return self._accepted_at is not None and time.monotonic() - self._accepted_at > _SHORT_S

    def _connect(self) -> None:
        told = Properties(PacketTypes.CONNECT)
        told.SessionExpiryInterval = _NEVER
        told.ReceiveMaximum = self._window
        target = self._target
        self._client.forget()
        try:
            self._client.connect(target.host, target.number, _KEEPALIVE_S, clean_start=False, properties=told)
        except ssl.SSLCertVerificationError as e:
            self._inbox.fault = f"the certificate of {target.where} is not accepted: {e.verify_message}"
        except (OSError, ValueError) as e:
            self._inbox.fault = f"{target.where} cannot be reached ({e})"

    def _turn(self) -> None:
        """Read, write and acknowledge what there is; waits at most a second for it."""
        connection = self._client.socket()
        if connection is None:
            return
        held = self._client.ahead or getattr(connection, "pending", lambda: 0)()
        writing = [connection] if self._client.want_write() else []
        try:
            readable, writable, _ = select.select([connection, self._woken], writing, [], 0 if held else _LOOK_S)
        except (OSError, ValueError):
            # The connection was closed in this moment: the client says so.
            readable, writable = [connection], []
        if self._woken in readable:
            with contextlib.suppress(BlockingIOError):
                self._woken.recv(4096)
        if connection in readable or held:
            self._read()
        self._send_acknowledgements()
        if writable:
            self._client.loop_write()
        self._client.loop_misc()

    def _read(self) -> None:
        came = self._came
        for _ in range(_AT_ONCE):
            before = len(came)
            if self._client.loop_read() or len(came) == before:
                break
        if came:
            self._inbox.put(came)
            self._came = []

    def _send_acknowledgements(self) -> None:
        while self._acknowledged:
            session, number = self._acknowledged.popleft()
            if session == self._session and number:
                self._client.ack(number, 1)

    def _idle(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._ended and (left := until - time.monotonic()) > 0:
            select.select([self._woken], [], [], left)
            with contextlib.suppress(BlockingIOError):
                self._woken.recv(4096)

    def _on_connect(self, client, _data, _flags, reason, properties) -> None:
        if reason.is_failure:
            more = ": it must speak MQTT 5; for NATS use nats://" if reason.value == _UNKNOWN_PROTOCOL else ""
            self._inbox.fault = f"{self._target.where} refuses: {str(reason).lower()}{more}"
            client.disconnect()
        elif self._not_wanted and getattr(properties, "SharedSubscriptionAvailable", 1) == 0:
            self._inbox.fault = f"{self._target.where} has no shared subscriptions"
            client.disconnect()
        else:
            if self._not_wanted:
                client.unsubscribe(self._not_wanted)
            client.subscribe([(topic, 1) for topic in self._filters])

    def _on_subscribe(self, client, _data, _number, reasons, _properties) -> None:
        refused = [reason for reason in reasons if reason.is_failure]
        if refused:
            self._inbox.fault = f"the broker refuses the subscription: {str(refused[0]).lower()}"
            client.disconnect()
        else:
            self._accepted_at = time.monotonic()
            if self._short < _SUSPICIOUS:
                self._inbox.fault = None

    def _on_disconnect(self, _client, _data, _flags, reason, _properties) -> None:
        if self._accepted_at is None:
            return
        self._short = 0 if self._lasts() else self._short + 1
        self._accepted_at = None
        self._inbox.fault = f"the connection to {self._target.where} is lost ({str(reason).lower()})"
        if self._short >= _SUSPICIOUS:
            self._inbox.fault += " again and again: does another collector have the same --name?"

    def _on_message(self, _client, _data, message) -> None:
        self._came.append(Delivery(message.topic, message.payload, message.retain, (self._session, message.mid)))
