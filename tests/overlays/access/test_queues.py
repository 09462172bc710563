"""Who may send to a queue, and in which words the others are refused."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from .conftest import REGION, document, refusal, statement


def test_the_root_user_needs_no_policy(aws, queue):
    url, _ = queue()
    assert aws("sqs").send_message(QueueUrl=url, MessageBody="hi")["MessageId"]


def test_a_role_without_a_policy_is_refused_in_awss_words(session, queue):
    url, arn = queue()
    worker = session()
    assert refusal(worker.client("sqs").send_message, QueueUrl=url, MessageBody="hi") == (
        "AccessDenied",
        403,
        f"User: {worker.arn} is not authorized to perform: sqs:sendmessage on resource: {arn} "
        "because no identity-based policy allows the sqs:sendmessage action",
    )


def test_a_role_does_what_its_policy_allows_and_nothing_else(session, queue):
    url, arn = queue()
    sqs = session(statement("sqs:SendMessage", arn)).client("sqs")
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    entries = [{"Id": "1", "MessageBody": "hi"}]
    assert sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]
    code, _, message = refusal(sqs.receive_message, QueueUrl=url)
    assert code == "AccessDenied"
    assert "sqs:receivemessage" in message


def test_a_user_is_named_by_its_arn(user, queue):
    url, _ = queue()
    ana = user()
    _, _, message = refusal(ana.client("sqs").send_message, QueueUrl=url, MessageBody="hi")
    assert message.startswith(f"User: {ana.arn} is not authorized to perform: sqs:sendmessage")


def test_across_accounts_both_sides_must_allow(aws, session, queue, other_account):
    url, arn = queue(account=other_account)
    worker = session(statement("sqs:SendMessage", arn))
    sqs = worker.client("sqs")
    code, status, message = refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith("because no resource-based policy allows the sqs:sendmessage action")

    account = worker.arn.split(":")[4]
    policy = document(statement("sqs:SendMessage", arn, Principal={"AWS": account}))
    aws("sqs", account=other_account).set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": policy}
    )
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]

    stranger = session().client("sqs")
    _, _, message = refusal(stranger.send_message, QueueUrl=url, MessageBody="hi")
    assert message.endswith("because no identity-based policy allows the sqs:sendmessage action")


def test_a_deny_in_the_queues_policy_holds_for_root_as_well(aws, queue):
    deny = statement("sqs:Send*", effect="Deny", Principal="*")
    url, _ = queue(Policy=document(deny))
    code, status, message = refusal(aws("sqs").send_message, QueueUrl=url, MessageBody="hi")
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith("with an explicit deny in a resource-based policy")


@pytest.mark.parametrize("policy", [None, "public", "encrypted"])
def test_nobody_may_send_to_a_queue_that_is_not_public(aws, queue, policy):
    attributes = {"SqsManagedSseEnabled": "false"}
    if policy:
        attributes["Policy"] = document(statement("sqs:SendMessage", Principal="*"))
    if policy == "encrypted":
        attributes = {
            "Policy": attributes["Policy"],
            "KmsMasterKeyId": aws("kms").create_key()["KeyMetadata"]["KeyId"],
        }
    url, _ = queue(**attributes)
    where = urlsplit(url)
    answer = httpx.get(
        f"http://127.0.0.1:{where.port}{where.path}",
        params={"Action": "SendMessage", "MessageBody": "hi"},
        headers={"Host": where.netloc},
        timeout=30,
    )
    if policy == "public":
        assert answer.status_code == 200
    elif policy == "encrypted":
        assert answer.status_code == 403
        assert "<Code>InvalidSecurity</Code>" in answer.text
    else:
        assert answer.status_code == 403
        assert "<Code>AccessDenied</Code>" in answer.text
        assert (
            "<Message>Access to the resource https://sqs.us-east-1.amazonaws.com/ is denied."
            in answer.text
        )


def test_who_signs_in_the_queues_url_needs_a_policy_too(session, queue):
    url, arn = queue(SqsManagedSseEnabled="false")
    where = urlsplit(url)
    for worker, status in ((session(), 403), (session(statement("sqs:SendMessage", arn)), 200)):
        address = f"http://127.0.0.1:{where.port}{where.path}?Action=SendMessage&MessageBody=hi"
        request = AWSRequest("GET", address, headers={"Host": where.netloc})
        SigV4QueryAuth(worker.credentials, "sqs", REGION).add_auth(request)
        answer = httpx.get(
            request.prepare().url, headers={"Host": where.netloc}, timeout=30, trust_env=False
        )
        assert answer.status_code == status, answer.text
        if status == 403:
            assert (
                f"User: {worker.arn} is not authorized to perform: sqs:sendmessage" in answer.text
            )
