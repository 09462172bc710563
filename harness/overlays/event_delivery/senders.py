"""How an event gets to each kind of target.

LocalStack's senders swallow what an API answers, make a log stream for each event, and name an
execution after the event, so that two targets of one machine start one execution.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from localstack.services.events.models import events_stores
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.arns import sqs_queue_url_for_arn

from harness.overlays.core import clock

from . import clients, journey
from .failures import INTERNAL_ERROR, INVALID_JSON, NO_RESOURCE, DeliveryError
from .http_targets import to_api_destination, to_rest_api
from .received import Invocation

Send = Callable[[Invocation], str]
"""Sends an invocation's input; returns what the target answered, raises DeliveryError or
botocore's errors."""


def send(invocation: Invocation) -> str:
    """Send an invocation's input to its target.

    Returns:
        What the target answered.

    Raises:
        DeliveryError: There is no such kind of target, or it isn't there.
        ClientError: The target refuses.
    """
    arn = invocation.arn
    if arn.is_bus:
        return _to_bus(invocation)
    if arn.is_api_destination:
        return to_api_destination(invocation)
    if (sender := _SENDERS.get(arn.service)) is None:
        # PutTargets refuses those.
        raise DeliveryError(
            INTERNAL_ERROR, f"This emulator doesn't deliver to {arn.text}.", is_retried=False
        )
    return sender(invocation)


def _client(service: str, invocation: Invocation) -> Any:
    received, arn = invocation.received, invocation.arn
    region = arn.region or received.region
    if invocation.role:
        return clients.of_role(
            service,
            invocation.role,
            account=received.account,
            region=received.region,
            target_region=region,
            rule_arn=invocation.rule_arn,
        )
    return clients.of_service(
        service, account=received.account, region=region, source_arn=invocation.rule_arn
    )


def _traced(client: Any, invocation: Invocation, **headers: str) -> Any:
    if header := invocation.received.trace_header:
        headers["X-Amzn-Trace-Id"] = header
    return client.custom_headers(headers) if headers else client


def _to_queue(invocation: Invocation) -> str:
    group = (invocation.target.get("SqsParameters") or {}).get("MessageGroupId")
    answer = _client("sqs", invocation).send_message(
        QueueUrl=sqs_queue_url_for_arn(invocation.arn.text),
        MessageBody=to_json_str(invocation.input),
        **({"MessageGroupId": group} if group else {}),
    )
    return _said(answer, "MessageId")


def _to_topic(invocation: Invocation) -> str:
    answer = _client("sns", invocation).publish(
        TopicArn=invocation.arn.text, Message=to_json_str(invocation.input)
    )
    return _said(answer, "MessageId")


def _to_function(invocation: Invocation) -> str:
    _traced(_client("lambda", invocation), invocation).invoke(
        FunctionName=invocation.arn.text,
        InvocationType="Event",
        Payload=to_json_str(invocation.input).encode(),
    )
    return ""


def _to_state_machine(invocation: Invocation) -> str:
    answer = _client("stepfunctions", invocation).start_execution(
        stateMachineArn=invocation.arn.text,
        name=f"{invocation.received.event['id']}_{invocation.id}",
        input=to_json_str(invocation.input),
    )
    return _said(answer, "executionArn")


def _to_delivery_stream(invocation: Invocation) -> str:
    answer = _client("firehose", invocation).put_record(
        DeliveryStreamName=invocation.arn.name,
        Record={"Data": to_json_str(invocation.input).encode()},
    )
    return _said(answer, "RecordId")


def _to_stream(invocation: Invocation) -> str:
    event: Mapping[str, Any] = invocation.received.event
    path = (invocation.target.get("KinesisParameters") or {}).get("PartitionKeyPath")
    from localstack.utils.json import extract_jsonpath

    key = extract_jsonpath(dict(event), path) if path else None
    answer = _client("kinesis", invocation).put_record(
        StreamName=invocation.arn.name,
        Data=to_json_str(invocation.input).encode(),
        PartitionKey=str(key or event["id"]),
    )
    return _said(answer, "SequenceNumber")


_log_streams: dict[str, str] = {}
_log_streams_lock: Final = threading.Lock()


def _to_log_group(invocation: Invocation) -> str:
    logs, group = _client("logs", invocation), invocation.arn.resource.split(":")[1]
    if invocation.target.get("InputTransformer"):
        timestamp, message = _log_event(invocation.input)
    else:
        timestamp, message = _event_time_ms(invocation), to_json_str(invocation.input)
    with _log_streams_lock:
        stream = _log_streams.get(invocation.lane)
    if stream is None:
        stream = str(uuid.uuid4())
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        with _log_streams_lock:
            _log_streams[invocation.lane] = stream
    try:
        logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": timestamp, "message": message}],
        )
    except ClientError:
        # The group may have been made anew, without the stream.
        with _log_streams_lock:
            _log_streams.pop(invocation.lane, None)
        raise
    return ""


def forget_log_streams(account: str) -> None:
    """Drop the log streams of an account's rules."""
    with _log_streams_lock:
        for lane in [one for one in _log_streams if one.split(":")[4:5] == [account]]:
            del _log_streams[lane]


def _log_event(made: Any) -> tuple[int, str]:
    """Read what a transformer made: `{"timestamp": …, "message": …}`."""
    try:
        message = made["message"]
        return int(made["timestamp"]), message if isinstance(message, str) else to_json_str(message)
    except (KeyError, TypeError, ValueError):
        raise DeliveryError(
            INVALID_JSON,
            'The input template of a CloudWatch Logs target must give {"timestamp": …, '
            '"message": …}.',
        ) from None


def _event_time_ms(invocation: Invocation) -> int:
    try:
        at = datetime.fromisoformat(str(invocation.received.event["time"])).timestamp()
    except (KeyError, ValueError):
        at = clock.now()
    return round(at * 1000)


def _to_bus(invocation: Invocation) -> str:
    received, arn = invocation.received, invocation.arn
    journey.check(received.journey, received.bus, arn)
    if arn.name not in events_stores[arn.account][arn.region].event_buses and (
        arn.name != "default"
    ):
        raise DeliveryError(NO_RESOURCE, f"Event bus {arn.name} does not exist.", status=400)
    event, sent = received.event, invocation.input
    told = sent if isinstance(sent, dict) else {}
    entry = {
        "EventBusName": arn.text,
        "Source": told.get("source") or "events",
        "DetailType": told.get("detail-type") or "",
        "Detail": json.dumps(told.get("detail", sent)),
        "Resources": told.get("resources") or [],
        "Time": datetime.fromisoformat(str(event["time"])),
        "TraceHeader": json.dumps(_origin(invocation)),
    }
    if invocation.role or arn.account != received.account:
        client = _client("events", invocation)
    else:
        client = clients.of_account("events", account=received.account, region=arn.region)
    onward = {journey.HEADER: journey.write(received.journey, received.bus.text)}
    answer = _traced(client, invocation, **onward).put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        [failed] = answer["Entries"]
        raise DeliveryError(
            INTERNAL_ERROR,
            failed["ErrorMessage"],
            is_retried=failed["ErrorCode"] in ("InternalFailure", "ThrottlingException"),
        )
    return _said(answer["Entries"][0], "EventId")


def _origin(invocation: Invocation) -> dict[str, Any]:
    # An event keeps the account and Region that it comes from, and its id within a Region.
    event = invocation.received.event
    origin = {"original_account": event["account"], "original_region": event["region"]}
    if invocation.arn.region == invocation.received.region:
        origin["original_id"] = event["id"]
    return origin


def _said(answer: Mapping[str, Any], member: str) -> str:
    return json.dumps({member: answer.get(member)}, separators=(",", ":"))


_SENDERS: Final[Mapping[str, Send]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "states": _to_state_machine,
    "firehose": _to_delivery_stream,
    "kinesis": _to_stream,
    "logs": _to_log_group,
    "execute-api": to_rest_api,
    "apigateway": to_rest_api,
}
