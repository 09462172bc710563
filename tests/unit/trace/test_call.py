"""What the flight recorder keeps of a request: names, and nothing that is secret or content."""

from __future__ import annotations

import pytest

from harness.overlays.trace.call import MOST_VALUE, about


@pytest.mark.parametrize(
    "member",
    [
        *("QueueUrl", "TopicArn", "FunctionName", "Bucket", "Key", "Qualifier", "KeyId"),
        *("logGroupName", "restApiId"),
    ],
)
def test_what_names_something_is_kept(member):
    assert about({member: "shop"}) == {member: "shop"}


@pytest.mark.parametrize(
    "member",
    [
        *("MessageBody", "SecretString", "Payload", "Body", "ClientRequestToken", "NextToken"),
        *("SSECustomerKey", "CopySourceSSECustomerKey", "PrivateKey", "AccessKeyId", "CallbackId"),
    ],
)
def test_contents_and_secrets_arent(member):
    assert about({member: "what nobody may see"}) == {}


def test_what_isnt_text_or_is_empty_isnt_kept_and_long_names_are_cut():
    assert about({"TableName": "", "ShardIds": ["a"], "Id": 1}) == {}
    assert about({"TableName": "x" * 1000}) == {"TableName": "x" * MOST_VALUE}
    assert about(None) == {}
