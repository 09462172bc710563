"""Writes the records of bus logs to where they are delivered.

Each step is told while an event is under way: records are gathered for a moment, and before the
clock jumps, and go in batches from a thread of this module's own.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
"""

from __future__ import annotations

import gzip
import itertools
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from moto.logs.models import logs_backends

from harness.overlays.core import clock
from harness.overlays.core.event_steps import Step

from .destinations import CLOUDWATCH_LOGS, S3, Bucket, object_key
from .grants import PRINCIPAL, STREAM_TAG
from .levels import LEVEL_OF, LOG_TYPES, is_logged
from .log_record import chosen, record_of, text_of

LOG = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.2
MOST_LOG_EVENTS: Final = 1000
MOST_LOG_BYTES: Final = 900_000  # PutLogEvents takes 1,048,576 with 26 for each event
MOST_RECORDS: Final = 400  # PutRecordBatch takes 500 and 4 MiB


@dataclass(frozen=True)
class Way:
    """One delivery, as it is now.

    Attributes:
        account: The source's.
        region: The source's.
        bus: The bus's name.
        source_arn: The delivery source.
        log_type: Its log type.
        delivery: The delivery's id.
        kind: `deliveryDestinationType`.
        owner: The destination's account.
        resource: ARN of the log group, bucket or stream.
        fields: `recordFields`.
        suffix: `suffixPath` for S3.
        is_hive: Whether S3 keys name their variables.
    """

    account: str
    region: str
    bus: str
    source_arn: str
    log_type: str
    delivery: str
    kind: str
    owner: str
    resource: str
    fields: tuple[str, ...]
    suffix: str
    is_hive: bool


Line = tuple[int, str]
"""When, in milliseconds since the epoch, and a record as text."""


def ways_of(bus_arn: str, log_type: str) -> Iterator[Way]:
    """Yield the deliveries of one of a bus's logs."""
    _, _, _, region, account, resource = bus_arn.split(":", 5)
    if account not in list(logs_backends):
        return
    backend = logs_backends[account][region]
    for source in list(backend.delivery_sources.values()):
        if bus_arn not in source.resource_arns or source.log_type != log_type:
            continue
        for delivery in list(backend.deliveries.values()):
            if delivery.delivery_source_name != source.name:
                continue
            owner = delivery.delivery_destination_arn.split(":")[4]
            name = delivery.delivery_destination_arn.split(":", 6)[6]
            found = logs_backends[owner][region].delivery_destinations.get(name)
            if found is None:
                continue
            s3 = delivery.s3_delivery_configuration or {}
            yield Way(
                account,
                region,
                resource.partition("/")[2],
                source.arn,
                log_type,
                delivery.id,
                delivery.destination_type,
                owner,
                found.delivery_destination_configuration["destinationResourceArn"],
                tuple(delivery.record_fields or ()),
                s3.get("suffixPath") or "",
                bool(s3.get("enableHiveCompatiblePath")),
            )


class Writer:
    """Gathers records by delivery. Its thread starts with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._gathered: defaultdict[Way, list[Line]] = defaultdict(list)
        self._arrived = threading.Event()
        self._never = threading.Event()
        self._parts = itertools.count(1)
        self._thread: threading.Thread | None = None

    def take(self, step: Step) -> None:
        """Write a step's record wherever its bus's logs of that level go."""
        if not is_logged(step.message_type, step.log_config.level):
            return
        log_type = LOG_TYPES[LEVEL_OF[step.message_type]]
        ways = list(ways_of(step.bus_arn, log_type))
        if not ways:
            return
        record = record_of(step)
        with self._lock:
            for way in ways:
                line = text_of(chosen(record, way.fields))
                self._gathered[way].append((step.at_ms, line))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bus-logs", daemon=True)
                self._thread.start()
        self._arrived.set()

    def forget(self, account: str, region: str | None = None) -> None:
        """Drop what is gathered of an account; of all its regions when none is named."""
        with self._lock:
            for way in list(self._gathered):
                if way.account == account and region in (None, way.region):
                    del self._gathered[way]

    def flush(self) -> None:
        """Write all that is gathered."""
        # One at a time: the next batch of a delivery comes after this one.
        with self._writing:
            with self._lock:
                taken, self._gathered = self._gathered, defaultdict(list)
            for way, lines in taken.items():
                try:
                    _WRITE.get(way.kind, _to_stream)(way, lines, f"{next(self._parts):08x}")
                except ClientError as refused:
                    # As on AWS: log delivery is best effort, and says nothing to who puts events.
                    LOG.warning("Logs of %s got lost: %s", way.bus, refused)

    def _run(self) -> None:
        while True:
            self._arrived.wait()
            self._never.wait(GATHER_SECONDS)
            self._arrived.clear()
            try:
                self.flush()
            except Exception:
                LOG.exception("Bus logs got lost")


def _client(service: str, way: Way) -> Any:
    clients = connect_to(aws_access_key_id=way.owner, region_name=way.region)
    return clients.get_client(service).request_metadata(
        service_principal=PRINCIPAL, source_arn=way.source_arn
    )


def _to_log_group(way: Way, lines: Sequence[Line], part: str) -> None:
    logs = _client("logs", way)
    group = way.resource.removesuffix(":*").split(":", 6)[6]
    stream = f"{way.bus}_{way.log_type}_{way.delivery}"
    for batch in batches(sorted(lines), MOST_LOG_EVENTS, MOST_LOG_BYTES):
        events = [{"timestamp": at, "message": text} for at, text in batch]
        try:
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
        except ClientError as refused:
            if "log stream" not in refused.response["Error"]["Message"]:
                raise
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _to_bucket(way: Way, lines: Sequence[Line], part: str) -> None:
    bucket = Bucket.of(way.resource)
    key = object_key(
        bucket,
        way.suffix,
        is_hive=way.is_hive,
        account=way.account,
        region=way.region,
        bus=way.bus,
        at=clock.now(),
        part=part,
    )
    body = "".join(f"{text}\n" for _, text in lines).encode()
    _client("s3", way).put_object(
        Bucket=bucket.name,
        Key=key,
        # Without the time, so that the same records are the same bytes.
        Body=gzip.compress(body, mtime=0),
        ContentType="application/x-gzip",
        ACL="bucket-owner-full-control",
    )


def _to_stream(way: Way, lines: Sequence[Line], part: str) -> None:
    # Log delivery has a role of AWS's own there, which may write to streams with a tag. That tag
    # decides here; the role isn't made.
    clients = connect_to(aws_access_key_id=way.owner, region_name=way.region)
    name = way.resource.rsplit("/", 1)[-1]
    tags = clients.firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]
    if STREAM_TAG not in tags:
        LOG.warning("Logs of %s got lost: %s has no tag LogDeliveryEnabled", way.bus, way.resource)
        return
    for batch in batches(lines, MOST_RECORDS, 4 * MOST_LOG_BYTES):
        clients.firehose.put_record_batch(
            DeliveryStreamName=name,
            Records=[{"Data": f"{text}\n".encode()} for _, text in batch],
        )


_WRITE: Final[dict[str, Callable[[Way, Sequence[Line], str], None]]] = {
    CLOUDWATCH_LOGS: _to_log_group,
    S3: _to_bucket,
}


def batches(lines: Sequence[Line], most: int, most_bytes: int) -> Iterator[list[Line]]:
    """Yield lines in parts that fit a request."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        length = len(line[1].encode()) + 26
        if batch and (len(batch) == most or size + length > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch
