"""AWS::SES::EmailIdentity in a template."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError, WaiterError

SENDER = "leave@example.com"


def template(**properties) -> str:
    identity = {"Type": "AWS::SES::EmailIdentity", "Properties": properties}
    return json.dumps(
        {
            "Resources": {"Sender": identity},
            "Outputs": {"Sender": {"Value": {"Ref": "Sender"}}},
        }
    )


@pytest.fixture(scope="module")
def cloudformation(aws):
    return aws("cloudformation")


@pytest.fixture(scope="module")
def ses(aws):
    return aws("sesv2")


def send(ses):
    ses.send_email(
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["ana@example.com"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "there"}}}},
    )


def test_a_stack_verifies_a_sender_and_takes_it_away_again(cloudformation, ses):
    with pytest.raises(ClientError, match="not verified"):
        send(ses)

    cloudformation.create_stack(StackName="mail", TemplateBody=template(EmailIdentity=SENDER))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="mail", WaiterConfig={"Delay": 1}
    )

    [stack] = cloudformation.describe_stacks(StackName="mail")["Stacks"]
    assert stack["Outputs"] == [{"OutputKey": "Sender", "OutputValue": SENDER}]
    assert ses.get_email_identity(EmailIdentity=SENDER)["VerifiedForSendingStatus"]
    send(ses)

    cloudformation.delete_stack(StackName="mail")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="mail", WaiterConfig={"Delay": 1}
    )
    with pytest.raises(ClientError, match="not verified"):
        send(ses)


def test_a_property_that_isnt_served_is_refused_by_name(cloudformation, ses):
    properties = {"EmailIdentity": "other@example.com"}
    body = template(**properties, MailFromAttributes={"MailFromDomain": "example.com"})
    cloudformation.create_stack(StackName="refused", TemplateBody=body)
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName="refused", WaiterConfig={"Delay": 1}
        )

    events = cloudformation.describe_stack_events(StackName="refused")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    refusal = "MailFromAttributes of AWS::SES::EmailIdentity isn't served."
    assert any(refusal in reason for reason in reasons), reasons
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_identity(EmailIdentity="other@example.com")


def test_an_identity_that_exists_isnt_made_twice(cloudformation, ses):
    ses.create_email_identity(EmailIdentity="there@example.com")
    cloudformation.create_stack(
        StackName="twice", TemplateBody=template(EmailIdentity="there@example.com")
    )
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName="twice", WaiterConfig={"Delay": 1}
        )

    events = cloudformation.describe_stack_events(StackName="twice")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any("already exist" in reason for reason in reasons), reasons
