"""How services name resources in requests, where a format alone doesn't tell. Pure.

Each function gets a resource type, the parameters and the place, and returns an ARN, or None where
the parameters don't name one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from . import mail, tokens
from .arns import NOT_THIS, Parameters, Place

_DEFAULT_BUS: Final = "default"


def queue(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a queue's ARN by its URL or name."""
    if url := parameters.get("QueueUrl"):
        return _queue_of_url(url, place)
    if name := parameters.get("QueueName"):
        account = parameters.get("QueueOwnerAWSAccountId") or place.account
        return f"arn:{place.partition}:sqs:{place.region}:{account}:{name}"
    if handle := parameters.get("TaskHandle"):
        return tokens.queue_of_move_task(handle)
    return None


def _queue_of_url(url: str, place: Place) -> str:
    parts = [part for part in urlsplit(url).path.split("/") if part]
    host = (urlsplit(url).hostname or "").split(".")
    region = place.region
    if host[0] == "sqs" and len(host) > 1:
        region = host[1]
    elif len(host) > 1 and host[1] == "queue":
        region = host[0]
    if len(parts) == 4 and parts[0] == "queue":
        region = parts[1]
    account = parts[-2] if len(parts) > 1 else place.account
    name = parts[-1] if parts else url
    return f"arn:{place.partition}:sqs:{region}:{account}:{name}"


def topic(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a topic's ARN, also of a subscription; a phone number stands for itself."""
    if number := parameters.get("PhoneNumber"):
        return str(number)
    if (arn := parameters.get("SubscriptionArn")) and arn.count(":") == 6:
        return str(arn.rpartition(":")[0])
    return parameters.get("TopicArn") or parameters.get("TargetArn")


_FUNCTIONS: Final = ("function", "function alias", "function version")


def function(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a function's ARN by name, partial or whole ARN, with its qualifier; or a layer's."""
    if kind == "layerVersion":
        return _layer_version(parameters, place)
    given = parameters.get("FunctionName")
    if kind not in _FUNCTIONS or not given:
        return None
    parts = given.split(":")
    region, account = place.region, place.account
    if "function" in parts:
        at = parts.index("function")
        if at >= 1:
            account = parts[at - 1] or account
        if at >= 2:
            region = parts[at - 2] or region
        parts = parts[at + 1 :]
    name, qualifier = parts[0], parts[1] if len(parts) > 1 else parameters.get("Qualifier")
    arn = f"arn:{place.partition}:lambda:{region}:{account}:function:{name}"
    return f"{arn}:{qualifier}" if qualifier and qualifier != "$LATEST" else arn


def _layer_version(parameters: Parameters, place: Place) -> str | None:
    layer, version = parameters.get("LayerName"), parameters.get("VersionNumber")
    if not layer or version is None:
        return None
    if not layer.startswith("arn:"):
        layer = f"arn:{place.partition}:lambda:{place.region}:{place.account}:layer:{layer}"
    return f"{layer}:{version}"


def bucket_object(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return an object's ARN; of its bucket the format tells."""
    name, key = parameters.get("Bucket"), parameters.get("Key")
    if kind == "bucket" and name:
        return f"arn:{place.partition}:s3:::{name}"
    if kind == "object" and name and key is not None:
        return f"arn:{place.partition}:s3:::{name}/{key}"
    return None


def rule_or_bus(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return the ARN of a rule, on whichever bus, or of a bus."""
    events = f"arn:{place.partition}:events:{place.region}:{place.account}"
    named = parameters.get("EventBusName")
    bus = (named or _DEFAULT_BUS).rpartition("/")[2]
    if kind == "event-bus":
        given = named or parameters.get("Name") or _DEFAULT_BUS
        return given if given.startswith("arn:") else f"{events}:event-bus/{given}"
    rule = parameters.get("Rule") or parameters.get("Name") or parameters.get("RuleName")
    if rule is None or rule.startswith("arn:"):
        return None
    if kind == "rule-on-default-event-bus" and bus == _DEFAULT_BUS:
        return f"{events}:rule/{rule}"
    if kind == "rule-on-custom-event-bus" and bus != _DEFAULT_BUS:
        return f"{events}:rule/{bus}/{rule}"
    return NOT_THIS if kind.startswith("rule-on-") else None


def log_group(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a log group's or stream's ARN as policies see it: with the stream, named or not."""
    group = parameters.get("logGroupName") or parameters.get("logGroupIdentifier")
    if kind not in ("log-group", "log-stream") or not group:
        return None
    arn = group.removesuffix(":*")
    if not arn.startswith("arn:"):
        arn = f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{group}"
    return f"{arn}:log-stream:{parameters.get('logStreamName') or ''}"


def table(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a table's or an index's ARN by name or ARN, a stream's by an iterator."""
    if kind == "stream" and (token := parameters.get("ShardIterator")):
        return tokens.table_stream_of_iterator(token)
    given = parameters.get("TableName")
    if kind not in ("table", "index") or not given:
        return None
    arn = given
    if not given.startswith("arn:"):
        arn = f"arn:{place.partition}:dynamodb:{place.region}:{place.account}:table/{given}"
    if kind == "table":
        return str(arn)
    return f"{arn}/index/{index}" if (index := parameters.get("IndexName")) else None


def stream(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return the ARN of a stream that only an iterator tells; of others the format tells."""
    token = parameters.get("ShardIterator")
    is_named = parameters.get("StreamARN") or parameters.get("StreamName")
    if kind != "stream" or not token or is_named:
        return None
    return tokens.stream_of_iterator(token, place)


def parameter(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return the ARN of a path of parameters, as it is written; of a name the format tells.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    path = parameters.get("Path")
    if kind != "parameter" or not path:
        return None
    home = f"arn:{place.partition}:ssm:{place.region}:{place.account}"
    return f"{home}:parameter/{path.removeprefix('/')}"


def schedule(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return a schedule's ARN; without a group it is in the default one."""
    name = parameters.get("Name")
    if kind != "schedule" or not name or name.startswith("arn:"):
        return None
    group = parameters.get("GroupName") or "default"
    home = f"arn:{place.partition}:scheduler:{place.region}:{place.account}"
    return f"{home}:schedule/{group}/{name}"


def identity(kind: str, parameters: Parameters, place: Place) -> str | None:
    """Return the ARN of the identity that mail is sent by, or that is meant by its name."""
    if kind != "identity":
        return None
    address = parameters.get("EmailIdentity") or mail.sender_of(parameters)
    if not address:
        return None
    return f"arn:{place.partition}:ses:{place.region}:{place.account}:identity/{address}"


BY_PREFIX: Final[dict[str, Callable[[str, Parameters, Place], str | None]]] = {
    "dynamodb": table,
    "events": rule_or_bus,
    "kinesis": stream,
    "lambda": function,
    "logs": log_group,
    "s3": bucket_object,
    "scheduler": schedule,
    "ses": identity,
    "sns": topic,
    "sqs": queue,
    "ssm": parameter,
}
"""Who knows the resources of a service's actions, by their prefix."""
