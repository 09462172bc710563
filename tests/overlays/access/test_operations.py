"""Every operation that the emulator serves has actions that AWS knows."""

from __future__ import annotations

import base64
import json

ASK = """
import json
from localstack.aws.spec import load_service
from localstack.services.plugins import SERVICE_PLUGINS
from harness.overlays.access.operations.actions import Operation, actions_of
unknown = []
count = 0
for name in sorted(SERVICE_PLUGINS.list_available()):
    service = load_service(name)
    for operation in service.operation_names:
        count += 1
        if actions_of(Operation.of(service, service.operation_model(operation))) is None:
            unknown.append(f"{name}:{operation}")
print(json.dumps([count, unknown]))
"""
UNKNOWN = [
    "iam:UpdateDelegationRequest",
    "logs:GetLogObject",
    "s3:CreateBucketMetadataConfiguration",
    "s3:CreateSession",
    "s3:DeleteBucketMetadataConfiguration",
    "s3:GetBucketMetadataConfiguration",
    "s3:ListDirectoryBuckets",
    "s3:RenameObject",
    "s3:WriteGetObjectResponse",
    "s3control:DeleteAccessPointScope",
    "s3control:DeleteBucketLifecycleConfiguration",
    "s3control:GetAccessPointScope",
    "s3control:GetBucket",
    "s3control:ListAccessPointsForDirectoryBuckets",
    "s3control:ListRegionalBuckets",
    "s3control:PutAccessPointScope",
]
"""Directory buckets, Outposts and what else the reference has elsewhere or not at all."""


def test_the_action_of_nearly_every_operation_is_known(in_emulator_python):
    count, unknown = json.loads(in_emulator_python(ASK).splitlines()[-1])
    assert count > 2900
    assert unknown == UNKNOWN


def token(content: object) -> str:
    return base64.b64encode(json.dumps(content).encode()).decode()


REQUESTS = [
    (
        "sqs:SendMessage",
        "SendMessageBatch",
        {"QueueUrl": "http://sqs.eu-west-1.localhost.localstack.cloud:4566/222222222222/orders"},
        ["sqs:SendMessage arn:aws:sqs:eu-west-1:222222222222:orders"],
    ),
    (
        "sqs:CreateQueue",
        "CreateQueue",
        {"QueueName": "orders"},
        ["sqs:CreateQueue arn:aws:sqs:eu-west-1:111111111111:orders"],
    ),
    ("sqs:ListQueues", "ListQueues", {}, ["sqs:ListQueues *"]),
    (
        "sns:Publish",
        "Publish",
        {"TopicArn": "arn:aws:sns:eu-west-1:222222222222:news"},
        ["sns:Publish arn:aws:sns:eu-west-1:222222222222:news"],
    ),
    ("sns:Publish", "Publish", {"PhoneNumber": "+1555"}, ["sns:Publish +1555"]),
    (
        "lambda:InvokeFunction",
        "Invoke",
        {"FunctionName": "111111111111:function:f:live"},
        ["lambda:InvokeFunction arn:aws:lambda:eu-west-1:111111111111:function:f:live"],
    ),
    (
        "lambda:InvokeFunction",
        "Invoke",
        {"FunctionName": "f", "Qualifier": "$LATEST"},
        ["lambda:InvokeFunction arn:aws:lambda:eu-west-1:111111111111:function:f"],
    ),
    (
        "lambda:CreateEventSourceMapping",
        "CreateEventSourceMapping",
        {"FunctionName": "f"},
        ["lambda:CreateEventSourceMapping *"],
    ),
    (
        "lambda:PublishLayerVersion",
        "PublishLayerVersion",
        {"LayerName": "l"},
        ["lambda:PublishLayerVersion arn:aws:lambda:eu-west-1:111111111111:layer:l"],
    ),
    (
        "events:PutRule",
        "PutRule",
        {"Name": "r"},
        ["events:PutRule arn:aws:events:eu-west-1:111111111111:rule/r"],
    ),
    (
        "events:PutTargets",
        "PutTargets",
        {"Rule": "r", "EventBusName": "arn:aws:events:eu-west-1:111111111111:event-bus/b"},
        ["events:PutTargets arn:aws:events:eu-west-1:111111111111:rule/b/r"],
    ),
    (
        "events:PutEvents",
        "PutEvents",
        {"Entries": [{"Source": "a"}, {"Source": "a"}, {"Source": "a", "EventBusName": "b"}]},
        [
            "events:PutEvents arn:aws:events:eu-west-1:111111111111:event-bus/default",
            "events:PutEvents arn:aws:events:eu-west-1:111111111111:event-bus/b",
        ],
    ),
    (
        "events:CreateEventBus",
        "CreateEventBus",
        {"Name": "b"},
        ["events:CreateEventBus arn:aws:events:eu-west-1:111111111111:event-bus/b"],
    ),
    (
        "dynamodb:Query",
        "Query",
        {"TableName": "t", "IndexName": "i"},
        ["dynamodb:Query arn:aws:dynamodb:eu-west-1:111111111111:table/t/index/i"],
    ),
    (
        "dynamodb:TransactWriteItems",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "a"}},
                {"Put": {"TableName": "a"}},
                {"ConditionCheck": {"TableName": "b"}},
            ]
        },
        [
            "dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111111111111:table/a",
            "dynamodb:ConditionCheckItem arn:aws:dynamodb:eu-west-1:111111111111:table/b",
        ],
    ),
    (
        "dynamodb:PartiQLSelect",
        "ExecuteStatement",
        {"Statement": 'DELETE FROM "t" WHERE id = ?'},
        ["dynamodb:PartiQLDelete arn:aws:dynamodb:eu-west-1:111111111111:table/t"],
    ),
    (
        "s3:PutObject",
        "CopyObject",
        {"Bucket": "b", "Key": "k", "CopySource": "from/a%20b"},
        ["s3:PutObject arn:aws:s3:::b/k", "s3:GetObject arn:aws:s3:::from/a b"],
    ),
    (
        "s3:DeleteObject",
        "DeleteObjects",
        {"Bucket": "b", "Delete": {"Objects": [{"Key": "1"}, {"Key": "2", "VersionId": "v"}]}},
        ["s3:DeleteObject arn:aws:s3:::b/1", "s3:DeleteObjectVersion arn:aws:s3:::b/2"],
    ),
    ("s3:ListBucket", "ListObjectsV2", {"Bucket": "b"}, ["s3:ListBucket arn:aws:s3:::b"]),
    (
        "kms:CreateAlias",
        "CreateAlias",
        {"AliasName": "alias/a", "TargetKeyId": "k"},
        [
            "kms:CreateAlias arn:aws:kms:eu-west-1:111111111111:alias/a",
            "kms:CreateAlias arn:aws:kms:eu-west-1:111111111111:key/k",
        ],
    ),
    ("kms:CreateKey", "CreateKey", {}, ["kms:CreateKey *"]),
    (
        "iam:CreateRole",
        "CreateRole",
        {"RoleName": "r", "Path": "/team/"},
        ["iam:CreateRole arn:aws:iam::111111111111:role/team/r"],
    ),
    (
        "iam:AttachRolePolicy",
        "AttachRolePolicy",
        {"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ["iam:AttachRolePolicy arn:aws:iam::111111111111:role/r"],
    ),
    (
        "sts:AssumeRole",
        "AssumeRole",
        {"RoleArn": "arn:aws:iam::222222222222:role/p/r"},
        ["sts:AssumeRole arn:aws:iam::222222222222:role/p/r"],
    ),
    (
        "ssm:GetParameters",
        "GetParameters",
        {"Names": ["/a/b", "c"]},
        [
            "ssm:GetParameters arn:aws:ssm:eu-west-1:111111111111:parameter/a/b",
            "ssm:GetParameters arn:aws:ssm:eu-west-1:111111111111:parameter/c",
        ],
    ),
    (
        "ssm:GetParametersByPath",
        "GetParametersByPath",
        {"Path": "/a/b/"},
        ["ssm:GetParametersByPath arn:aws:ssm:eu-west-1:111111111111:parameter/a/b/"],
    ),
    (
        "ssm:GetMaintenanceWindow",
        "GetMaintenanceWindow",
        {"WindowId": "mw-1"},
        ["ssm:GetMaintenanceWindow arn:aws:ssm:eu-west-1:111111111111:maintenancewindow/mw-1"],
    ),
    (
        "sqs:CancelMessageMoveTask",
        "CancelMessageMoveTask",
        {"TaskHandle": token({"sourceArn": "arn:aws:sqs:eu-west-1:111111111111:dead"})},
        ["sqs:CancelMessageMoveTask arn:aws:sqs:eu-west-1:111111111111:dead"],
    ),
    (
        "kinesis:GetRecords",
        "GetRecords",
        {"ShardIterator": token(["s", "shardId-000000000000", "0", 0, ""])},
        ["kinesis:GetRecords arn:aws:kinesis:eu-west-1:111111111111:stream/s"],
    ),
    (
        "dynamodb:GetRecords",
        "GetRecords",
        {"ShardIterator": "arn:aws:dynamodb:eu-west-1:111111111111:table/t/stream/2026|1|x"},
        ["dynamodb:GetRecords arn:aws:dynamodb:eu-west-1:111111111111:table/t/stream/2026"],
    ),
    (
        "lambda:PutProvisionedConcurrencyConfig",
        "PutProvisionedConcurrencyConfig",
        {"FunctionName": "f", "Qualifier": "live"},
        [
            "lambda:PutProvisionedConcurrencyConfig "
            "arn:aws:lambda:eu-west-1:111111111111:function:f:live"
        ],
    ),
    (
        "iam:CreateServiceLinkedRole",
        "CreateServiceLinkedRole",
        {"AWSServiceName": "lex.amazonaws.com"},
        [
            "iam:CreateServiceLinkedRole "
            "arn:aws:iam::111111111111:role/aws-service-role/lex.amazonaws.com/*"
        ],
    ),
    (
        "cloudwatch:DeleteDashboards",
        "DeleteDashboards",
        {"DashboardNames": ["d"]},
        ["cloudwatch:DeleteDashboards arn:aws:cloudwatch::111111111111:dashboard/d"],
    ),
    (
        "logs:PutLogEvents",
        "PutLogEvents",
        {"logGroupName": "/g", "logStreamName": "s"},
        ["logs:PutLogEvents arn:aws:logs:eu-west-1:111111111111:log-group:/g:log-stream:s"],
    ),
    (
        "states:StartExecution",
        "StartExecution",
        {"stateMachineArn": "arn:aws:states:eu-west-1:111111111111:stateMachine:m"},
        ["states:StartExecution arn:aws:states:eu-west-1:111111111111:stateMachine:m"],
    ),
    (
        "scheduler:CreateSchedule",
        "CreateSchedule",
        {"Name": "s"},
        ["scheduler:CreateSchedule arn:aws:scheduler:eu-west-1:111111111111:schedule/default/s"],
    ),
    (
        "secretsmanager:CreateSecret",
        "CreateSecret",
        {"Name": "s"},
        ["secretsmanager:CreateSecret arn:aws:secretsmanager:eu-west-1:111111111111:secret:s-*"],
    ),
    (
        "cloudformation:CreateStack",
        "CreateStack",
        {"StackName": "s"},
        ["cloudformation:CreateStack arn:aws:cloudformation:eu-west-1:111111111111:stack/s/*"],
    ),
    (
        "logs:CreateDelivery",
        "CreateDelivery",
        {
            "deliverySourceName": "s",
            "deliveryDestinationArn": "arn:aws:logs:eu-west-1:111111111111:delivery-destination:d",
        },
        [
            "logs:CreateDelivery arn:aws:logs:eu-west-1:111111111111:delivery-destination:d",
            "logs:CreateDelivery arn:aws:logs:eu-west-1:111111111111:delivery-source:s",
        ],
    ),
    (
        "firehose:PutRecord",
        "PutRecord",
        {"DeliveryStreamName": "d"},
        ["firehose:PutRecord arn:aws:firehose:eu-west-1:111111111111:deliverystream/d"],
    ),
    (
        "cloudwatch:DescribeAlarms",
        "DescribeAlarms",
        {"AlarmNames": ["a"]},
        ["cloudwatch:DescribeAlarms arn:aws:cloudwatch:eu-west-1:111111111111:alarm:a"],
    ),
]

NAME = """
import json
from harness.overlays.access.lookups import lookup_for
from harness.overlays.access.operations import parts, reference
from harness.overlays.access.operations.arns import Place, resources_of
place = Place("aws", "eu-west-1", "111111111111")
found = []
for action, operation, parameters in json.loads(%r):
    asked = []
    for name, one in parts.parts_of(action, operation, parameters):
        known = reference.action(name)
        lookup = lookup_for(name.partition(":")[0])
        asked += [f"{known.name} {arn}" for arn in resources_of(known, one, place, lookup)]
    found.append(asked)
print(json.dumps(found))
"""


def test_a_request_is_about_what_its_parameters_name(in_emulator_python):
    given = json.dumps([request[:3] for request in REQUESTS])
    found = json.loads(in_emulator_python(NAME % given).splitlines()[-1])
    wrong = [
        (request[0], asked, request[3])
        for request, asked in zip(REQUESTS, found, strict=True)
        if asked != request[3]
    ]
    assert wrong == []


PARTLY = [
    "dynamodb:BatchExecuteStatement",
    "dynamodb:ExecuteStatement",
    "dynamodb:ExecuteTransaction",
    "dynamodb:ImportTable",
    "dynamodb:RestoreTableToPointInTime",
    "dynamodbstreams:GetRecords",
    "kinesis:DeregisterStreamConsumer",
    "kinesis:DescribeStreamConsumer",
    "kinesis:GetRecords",
    "kinesis:UpdateMaxRecordSize",
    "kms:Decrypt",
    "kms:ReEncrypt",
    "kms:RetireGrant",
    "lambda:SendDurableExecutionCallbackFailure",
    "lambda:SendDurableExecutionCallbackHeartbeat",
    "lambda:SendDurableExecutionCallbackSuccess",
    "logs:CreateLogAnomalyDetector",
    "logs:DeleteScheduledQuery",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:GetScheduledQuery",
    "logs:GetScheduledQueryHistory",
    "secretsmanager:ValidateResourcePolicy",
    "sqs:CancelMessageMoveTask",
    "stepfunctions:ListExecutions",
]
"""Requests that name their resource by a token, in text, in a list, or by one of several names."""
SERVICES = [
    "dynamodb",
    "dynamodbstreams",
    "events",
    "firehose",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "s3",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
]
NAMELESS = """
import json, re
from localstack.aws.spec import load_service
from harness.overlays.access.lookups import lookup_for
from harness.overlays.access.operations import parts
from harness.overlays.access.operations.actions import Operation, actions_of
from harness.overlays.access.operations.arns import Place, resources_of
place = Place("aws", "eu-west-1", "111111111111")
PLACES = {"Partition": "aws", "Region": "eu-west-1", "Account": "111111111111"}
NAMES = ("StreamName", "logGroupName", "FunctionName", "TopicArn", "VersionNumber")

def arn_of(action):
    arn = action.resource_types[0].arns[0]
    return re.sub("[$][{]([A-Za-z]+)[}]", lambda found: PLACES.get(found[1], "x"), arn)

def value_of(name, shape, action):
    if shape.type_name == "list":
        return [value_of(name, shape.member, action)]
    if shape.type_name == "string":
        return arn_of(action) if "arn" in name.lower() else "x"
    return 1 if shape.type_name in ("integer", "long") else {}

found = set()
for name in json.loads(%r):
    service = load_service(name)
    for operation in service.operation_names:
        model = service.operation_model(operation)
        shape = model.input_shape
        for action in actions_of(Operation.of(service, model)) or ():
            if not any(kind.is_required for kind in action.resource_types):
                continue
            wanted = {*shape.required_members, *(one for one in NAMES if one in shape.members)}
            given = {one: value_of(one, shape.members[one], action) for one in wanted}
            lookup = lookup_for(action.name.partition(":")[0])
            for _, parameters in parts.parts_of(action.name, operation, given):
                for arn in resources_of(action, parameters, place, lookup):
                    if "*" in arn.removesuffix("-*"):
                        found.add(f"{name}:{operation}")
print(json.dumps(sorted(found)))
"""


def test_what_a_request_must_say_names_its_resource(in_emulator_python):
    found = json.loads(in_emulator_python(NAMELESS % json.dumps(SERVICES)).splitlines()[-1])
    assert found == PARTLY
