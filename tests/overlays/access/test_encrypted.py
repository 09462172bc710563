"""Encrypted queues, topics, secrets and parameters: whoever uses them needs their key as well."""

from __future__ import annotations

import json

import pytest

from .conftest import NUMBERS, document, refusal, statement


@pytest.fixture
def key(aws):
    """Creates a key; with statements they are added to the default policy."""

    def create(*statements, account=None):
        kms = aws("kms", account=account)
        arn = kms.create_key()["KeyMetadata"]["Arn"]
        if statements:
            policy = json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
            policy["Statement"] += statements
            kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(policy))
        return arn

    return create


SENDING = ["kms:GenerateDataKey", "kms:Decrypt"]


def test_a_sender_needs_the_queues_key(session, queue, key):
    arn_of_key = key()
    url, arn = queue(KmsMasterKeyId=arn_of_key)
    worker = session(statement("sqs:SendMessage", arn))
    send = worker.client("sqs").send_message
    code, status, message = refusal(send, QueueUrl=url, MessageBody="hi")
    assert (code, status) == ("KMS.AccessDeniedException", 400)
    assert message.startswith(
        f"User: {worker.arn} is not authorized to perform: kms:GenerateDataKey on resource: "
        f"{arn_of_key} because no identity-based policy allows the kms:GenerateDataKey action "
        "(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: "
    )
    batch = worker.client("sqs").send_message_batch
    entries = [{"Id": "1", "MessageBody": "hi"}]
    assert refusal(batch, QueueUrl=url, Entries=entries)[0] == "KMS.AccessDeniedException"

    allowed = session(statement("sqs:SendMessage", arn), statement(SENDING, arn_of_key))
    assert allowed.client("sqs").send_message(QueueUrl=url, MessageBody="hi")["MessageId"]


def test_a_receiver_needs_to_decrypt(aws, session, queue, key):
    arn_of_key = key()
    url, arn = queue(KmsMasterKeyId=arn_of_key)
    aws("sqs").send_message(QueueUrl=url, MessageBody="hi")
    receive = session(statement("sqs:*", arn)).client("sqs").receive_message
    assert refusal(receive, QueueUrl=url)[0] == "KMS.AccessDeniedException"
    allowed = session(statement("sqs:*", arn), statement("kms:Decrypt", arn_of_key))
    (message,) = allowed.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "hi"


@pytest.mark.parametrize("form", ["id", "arn", "alias", "alias arn"])
def test_a_key_is_named_by_id_arn_or_alias(aws, session, queue, key, form):
    arn_of_key = key()
    alias = f"alias/queue-{next(NUMBERS)}"
    aws("kms").create_alias(AliasName=alias, TargetKeyId=arn_of_key)
    name = {
        "id": arn_of_key.rpartition("/")[2],
        "arn": arn_of_key,
        "alias": alias,
        "alias arn": arn_of_key.rpartition(":")[0] + ":" + alias,
    }[form]
    url, arn = queue(KmsMasterKeyId=name)
    allowed = session(statement("sqs:*", arn), statement(SENDING, arn_of_key)).client("sqs")
    assert allowed.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]


def test_permission_may_be_for_one_service_and_one_queue(session, queue, key):
    arn_of_key = key()
    url, arn = queue(KmsMasterKeyId=arn_of_key)
    other_url, other = queue(KmsMasterKeyId=arn_of_key)
    only = {
        "StringEquals": {
            "kms:ViaService": "sqs.us-east-1.amazonaws.com",
            "kms:EncryptionContext:aws:sqs:arn": arn,
        }
    }
    worker = session(statement("sqs:*"), statement(SENDING, arn_of_key, Condition=only))
    sqs = worker.client("sqs")
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    refused = refusal(sqs.send_message, QueueUrl=other_url, MessageBody="hi")
    assert refused[0] == "KMS.AccessDeniedException"
    assert other != arn
    direct = refusal(worker.client("kms").generate_data_key, KeyId=arn_of_key, KeySpec="AES_256")
    assert direct[0] == "AccessDeniedException"


def test_another_account_needs_queue_policy_key_policy_and_its_own(
    session, queue, key, aws_account, other_account
):
    let_in = {"AWS": aws_account}
    shut, opened = (
        key(account=other_account),
        key(statement(SENDING, Principal=let_in), account=other_account),
    )
    for arn_of_key in (shut, opened):
        policy = document(statement("sqs:SendMessage", Principal=let_in))
        url, arn = queue(account=other_account, KmsMasterKeyId=arn_of_key, Policy=policy)
        own = statement(SENDING, arn_of_key)
        sqs = session(statement("sqs:SendMessage", arn), own).client("sqs")
        if arn_of_key == shut:
            code, _, _ = refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")
            assert code == "KMS.AccessDeniedException"
        else:
            assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
            without = session(statement("sqs:SendMessage", arn)).client("sqs")
            code, _, _ = refusal(without.send_message, QueueUrl=url, MessageBody="hi")
            assert code == "KMS.AccessDeniedException"


def test_the_managed_key_serves_its_account_alone(aws, session, queue, aws_account, other_account):
    url, arn = queue(KmsMasterKeyId="alias/aws/sqs")
    sqs = session(statement("sqs:SendMessage", arn)).client("sqs")
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    policy = document(statement("sqs:SendMessage", Principal={"AWS": aws_account}))
    url, arn = queue(account=other_account, KmsMasterKeyId="alias/aws/sqs", Policy=policy)
    stranger = session(statement(["sqs:SendMessage", "kms:*"])).client("sqs")
    code, _, _ = refusal(stranger.send_message, QueueUrl=url, MessageBody="hi")
    assert code == "KMS.AccessDeniedException"


def test_a_key_that_is_unfit_fails_by_its_state(aws, queue, key):
    kms, sqs = aws("kms"), aws("sqs")
    arn_of_key = key()
    url, _ = queue(KmsMasterKeyId=arn_of_key)
    send = {"call": sqs.send_message, "QueueUrl": url, "MessageBody": "hi"}
    kms.disable_key(KeyId=arn_of_key)
    code, status, message = refusal(**send)
    assert (code, status) == ("KMS.DisabledException", 400)
    assert message.startswith(f"{arn_of_key} is disabled. (Service: AWSKMS;")
    kms.enable_key(KeyId=arn_of_key)
    assert sqs.send_message(QueueUrl=url, MessageBody="hi")["MessageId"]
    kms.schedule_key_deletion(KeyId=arn_of_key)
    code, _, message = refusal(**send)
    assert code == "KMS.InvalidStateException"
    assert message.startswith(f"{arn_of_key} is pending deletion. (Service: AWSKMS;")
    url, _ = queue(KmsMasterKeyId="alias/none")
    code, _, _ = refusal(sqs.send_message, QueueUrl=url, MessageBody="hi")
    assert code == "KMS.NotFoundException"


def test_who_may_not_use_a_key_does_not_learn_its_state(aws, session, queue, key):
    arn_of_key = key()
    url, arn = queue(KmsMasterKeyId=arn_of_key)
    aws("kms").disable_key(KeyId=arn_of_key)
    send = session(statement("sqs:*", arn)).client("sqs").send_message
    assert refusal(send, QueueUrl=url, MessageBody="hi")[0] == "KMS.AccessDeniedException"


def test_a_publisher_needs_the_topics_key(aws, session, key):
    arn_of_key = key()
    topic = aws("sns").create_topic(
        Name=f"topic-{next(NUMBERS)}", Attributes={"KmsMasterKeyId": arn_of_key}
    )["TopicArn"]
    publish = session(statement("sns:Publish", topic)).client("sns").publish
    assert refusal(publish, TopicArn=topic, Message="m")[:2] == ("KMSAccessDenied", 400)
    allowed = session(statement("sns:Publish", topic), statement(SENDING, arn_of_key))
    assert allowed.client("sns").publish(TopicArn=topic, Message="m")["MessageId"]
    aws("kms").disable_key(KeyId=arn_of_key)
    assert refusal(aws("sns").publish, TopicArn=topic, Message="m")[0] == "KMSDisabled"


def test_a_reader_needs_the_secrets_key(aws, session, key):
    arn_of_key = key()
    secret = aws("secretsmanager").create_secret(
        Name=f"secret-{next(NUMBERS)}", SecretString="s", KmsKeyId=arn_of_key
    )["ARN"]
    reading = statement("secretsmanager:GetSecretValue", secret)
    read = session(reading).client("secretsmanager").get_secret_value
    assert refusal(read, SecretId=secret) == (
        "AccessDeniedException",
        400,
        "Access to KMS is not allowed",
    )
    allowed = session(reading, statement("kms:Decrypt", arn_of_key)).client("secretsmanager")
    assert allowed.get_secret_value(SecretId=secret)["SecretString"] == "s"


def test_a_reader_needs_the_parameters_key(aws, session, key):
    arn_of_key, name = key(), f"/parameter-{next(NUMBERS)}"
    aws("ssm").put_parameter(Name=name, Value="v", Type="SecureString", KeyId=arn_of_key)
    reading = statement("ssm:GetParameter")
    read = session(reading).client("ssm").get_parameter
    code, _, message = refusal(read, Name=name, WithDecryption=True)
    assert code == "AccessDeniedException"
    assert "kms:Decrypt" in message
    assert read(Name=name)["Parameter"]["Value"] != "v"
    allowed = session(reading, statement("kms:Decrypt", arn_of_key)).client("ssm")
    assert allowed.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "v"


def test_a_topic_needs_the_key_of_the_queue_it_sends_to(aws, emulator, aws_account, queue, key):
    from datetime import timedelta

    from harness.observe.eventually import eventually

    let_in = {"Service": "sns.amazonaws.com"}
    shut, opened = key(), key(statement(SENDING, Principal=let_in))
    topic = aws("sns").create_topic(Name=f"topic-{next(NUMBERS)}")["TopicArn"]
    urls = {}
    for arn_of_key in (shut, opened):
        policy = document(statement("sqs:SendMessage", Principal=let_in))
        urls[arn_of_key], arn = queue(KmsMasterKeyId=arn_of_key, Policy=policy)
        aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    aws("sns").publish(TopicArn=topic, Message="hi")

    def arrived():
        assert aws("sqs").receive_message(QueueUrl=urls[opened]).get("Messages")
        assert [one for one in emulator.denials(aws_account) if one["resource"] == shut]

    eventually(arrived, within=timedelta(seconds=20))
    assert not aws("sqs").receive_message(QueueUrl=urls[shut]).get("Messages")
