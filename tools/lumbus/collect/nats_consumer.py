"""The stream and the consumer that a group of collectors pulls from: made by whoever comes first.

MQTT's gateway makes its stream when the first client connects, and the stream keeps
a message only for consumers that are there.  So that nothing is missed a collector
makes both, as the gateway would; it may be started before any gateway.
"""

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, NotFoundError

from .wanted import subject_of

STREAM = "$MQTT_msgs"
PREFIX = "$MQTT.msgs."
_REPLICAS = 3
# What a group has in hand and has not acknowledged.
_MOST_PENDING = 50_000
_ALONE = 10074


class Refused(Exception):
    """The consumer is another's; the text says whose and what to do."""


async def ensure(stream: JetStreamContext, group: str, base: str, ack_wait_s: int) -> None:
    """Make what is not there; several may do so at once.  Refused, or NATS's own errors while it cannot be done."""
    await _ensure_stream(stream)
    filter_subject = f"{PREFIX}{subject_of(base)}.v1.>"
    try:
        there = (await stream.consumer_info(STREAM, group)).config
    except NotFoundError:
        there = (await stream.add_consumer(STREAM, _consumer(group, filter_subject, ack_wait_s))).config
    if there.filter_subject != filter_subject:
        raise Refused(
            f"the group {group} takes {there.filter_subject} and not {filter_subject}: "
            "give another --group for another base"
        )


def _consumer(group: str, filter_subject: str, ack_wait_s: int) -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=group,
        filter_subject=filter_subject,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait_s,
        max_ack_pending=_MOST_PENDING,
    )


async def _ensure_stream(stream: JetStreamContext) -> None:
    try:
        await stream.stream_info(STREAM)
        return
    except NotFoundError:
        pass
    wanted = StreamConfig(
        name=STREAM,
        subjects=[PREFIX + ">"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.INTEREST,
        num_replicas=_REPLICAS,
    )
    try:
        await stream.add_stream(wanted)
    except APIError as e:
        # One node alone keeps no replicas.
        if e.err_code != _ALONE:
            raise
        wanted.num_replicas = 1
        await stream.add_stream(wanted)
