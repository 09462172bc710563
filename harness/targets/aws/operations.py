"""Which operations a run on AWS may call: those that make nothing, and those that are tracked.

AWS's API models don't say whether an operation makes something that outlives the call. Names do,
by and large: what reads, deletes or changes is let through by its first word. What is left could
make something, and is let through only by name.
"""

from __future__ import annotations

import re
from typing import Final

from .creations import CREATIONS

_READS: Final = (
    "BatchGet Check Count Decode Describe Detect Discover Estimate Evaluate Export Filter Get Head "
    "List Lookup Poll Preview Query Receive Resolve Scan Search Select Simulate Test Validate View"
)
_ENDS: Final = (
    "Abort BatchDelete Cancel Delete Deregister Detach Disable Disassociate Purge Remove Revoke "
    "Stop Terminate Unlink Unsubscribe Untag"
)
_CHANGES: Final = (
    "Acknowledge Admin Attach Associate Complete Confirm Converse Decrypt Enable Encrypt Execute "
    "Generate Invoke Modify Publish Redrive Replace Reset Respond Resume Retry Rotate Send Set "
    "Sign Suspend Tag Transact Update Verify Write"
)
_PASSING: Final = frozenset(" ".join((_READS, _ENDS, _CHANGES)).split())

_PARTS: Final[dict[str, str]] = {
    # What belongs to something else and ends with it, and data that things hold.
    "apigateway": (
        "CreateAuthorizer CreateDeployment CreateModel CreateRequestValidator CreateResource "
        "CreateStage FlushStageAuthorizersCache FlushStageCache PutGatewayResponse PutIntegration "
        "PutIntegrationResponse PutMethod PutMethodResponse PutRestApi"
    ),
    "apigatewayv2": (
        "CreateAuthorizer CreateDeployment CreateIntegration CreateIntegrationResponse CreateModel "
        "CreateRoute CreateRouteResponse CreateStage ReimportApi"
    ),
    "bedrock-runtime": "ApplyGuardrail ConverseStream InvokeModelWithResponseStream",
    "cloudwatch": "PutMetricData",
    "cognito-idp": (
        "CreateGroup CreateResourceServer CreateUserPoolClient ForgotPassword SignUp GlobalSignOut"
    ),
    "dynamodb": "BatchExecuteStatement BatchWriteItem PutItem PutResourcePolicy",
    "events": "PutEvents PutPermission PutTargets",
    "firehose": "PutRecord PutRecordBatch StartDeliveryStreamEncryption",
    "iam": (
        "AddRoleToInstanceProfile CreatePolicyVersion PutRolePermissionsBoundary PutRolePolicy"
    ),
    "kinesis": "IncreaseStreamRetentionPeriod MergeShards PutRecord PutRecords SplitShard",
    "kms": "CreateGrant PutKeyPolicy ReEncrypt RetireGrant ScheduleKeyDeletion",
    "lambda": (
        "AddPermission CallbackDurableExecution CreateAlias CreateFunctionUrlConfig "
        "PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig "
        "PutFunctionRecursionConfig PutRuntimeManagementConfig SendDurableExecutionCallbackFailure "
        "SendDurableExecutionCallbackHeartbeat SendDurableExecutionCallbackSuccess"
    ),
    "logs": (
        "CreateLogStream PutLogEvents PutMetricFilter PutRetentionPolicy PutSubscriptionFilter "
        "StartLiveTail StartQuery"
    ),
    "polly": "SynthesizeSpeech",
    "s3": (
        "CompleteMultipartUpload CopyObject CreateMultipartUpload CreateSession "
        "PutBucketAbac PutBucketAccelerateConfiguration PutBucketAcl "
        "PutBucketCors PutBucketEncryption PutBucketLifecycleConfiguration PutBucketLogging "
        "PutBucketNotificationConfiguration PutBucketOwnershipControls PutBucketPolicy "
        "PutBucketTagging PutBucketVersioning PutBucketWebsite PutObject PutObjectAcl "
        "PutObjectTagging PutPublicAccessBlock UploadPart UploadPartCopy"
    ),
    "secretsmanager": "PutResourcePolicy PutSecretValue RestoreSecret",
    "sns": "AddPermission CheckIfPhoneNumberIsOptedOut Subscribe",
    "sqs": (
        "AddPermission ChangeMessageVisibility ChangeMessageVisibilityBatch StartMessageMoveTask"
    ),
    "sso-oidc": "CreateToken RegisterClient StartDeviceAuthorization",
    "stepfunctions": (
        "CreateStateMachineAlias PublishStateMachineVersion StartExecution StartSyncExecution"
    ),
    "sts": "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity",
}

_REFUSED: Final = frozenset(
    {
        # By their first word they would pass, and they make something.
        ("dynamodb", "EnableKinesisStreamingDestination"),
        ("dynamodb", "ExportTableToPointInTime"),
        ("dynamodb", "RestoreTableFromBackup"),
        ("dynamodb", "RestoreTableToPointInTime"),
        ("kms", "ReplicateKey"),
        ("lambda", "PublishLayerVersion"),
        ("cloudformation", "ActivateType"),
        ("cloudformation", "ActivateOrganizationsAccess"),
        ("cloudformation", "PublishType"),
    }
)
_STACKS: Final = (
    "ContinueUpdateRollback CreateChangeSet ExecuteChangeSet RollbackStack SignalResource"
)


def makes_nothing(service: str, operation: str) -> bool:
    """Say whether an operation leaves nothing behind that has to be taken away by itself.

    Args:
        service: boto3's name of the service.
        operation: The operation, as in `CreateQueue`.
    """
    if (service, operation) in _REFUSED:
        return False
    if operation in _PARTS.get(service, "").split():
        return True
    if service == "cloudformation" and operation in _STACKS.split():
        return True
    return first_word(operation) in _PASSING


def is_known(service: str, operation: str) -> bool:
    """Say whether a run on AWS may call an operation."""
    return (service, operation) in CREATIONS or makes_nothing(service, operation)


def first_word(operation: str) -> str:
    """Return the verb that an operation's name begins with."""
    found = re.match(r"Batch[A-Z][a-z]+|[A-Z][a-z]+", operation)
    return found[0] if found else operation
