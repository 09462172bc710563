"""Each call that makes something: journal first, tags along, refusals by name."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from harness.targets.aws.creations import CREATIONS
from harness.targets.aws.journal import State
from harness.targets.aws.kinds import KINDS
from harness.targets.aws.operations import is_known, makes_nothing
from harness.targets.aws.ownership import OWNER_TAG, RUN_TAG
from harness.targets.aws.problems import CredentialsProblem
from harness.targets.aws.tracking import NotTracked

from .conftest import ACCOUNT, Answer, json_error, query_answer, query_error

TABLE = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture
def aws(target):
    aws = target()
    aws.start()
    aws.new_account()
    return aws


def test_the_line_is_on_disk_before_the_call_arrives(aws, fake):
    seen = []

    def create(asked):
        seen.extend(aws.journal.left())
        return Answer({"TableDescription": {"TableName": "orders"}})

    fake.answers["CreateTable"] = create
    aws.client("dynamodb").create_table(**TABLE)
    assert [(one.kind, one.id, one.state) for one in seen] == [
        ("AWS::DynamoDB::Table", "orders", State.PLANNED)
    ]
    assert [one.state for one in aws.journal.left()] == [State.CREATED]


def test_tags_go_with_the_call_beside_the_tests_own(aws, fake):
    fake.answers["CreateTable"] = Answer({"TableDescription": {}})
    aws.client("dynamodb").create_table(**TABLE, Tags=[{"Key": "mine", "Value": "1"}])
    tags = {tag["Key"]: tag["Value"] for tag in fake.asked[-1].parameters["Tags"]}
    assert tags == {"mine": "1", RUN_TAG: aws.run_id, OWNER_TAG: aws.owner_name}


def test_the_bucket_for_code_outlives_the_module_that_needed_it_first(aws, fake):
    s3 = aws.client("s3")
    shared = f"aws-pattern-harness-{ACCOUNT}-us-east-1-{aws.run_id}"
    for name in (shared, "the-modules-own"):
        fake.answers[f"HEAD /{name}"] = Answer("", 404)
        fake.answers[f"PUT /{name}"] = fake.answers[f"PUT /{name}?tagging"] = Answer("")
        s3.create_bucket(Bucket=name)
    assert {one.id: bool(one.scope) for one in aws.journal.left()} == {
        shared: False,
        "the-modules-own": True,
    }


def test_what_aws_refuses_is_not_left(aws, fake):
    fake.answers["CreateTable"] = json_error("ResourceInUseException", "there is one")
    with pytest.raises(ClientError):
        aws.client("dynamodb").create_table(**TABLE)
    assert aws.journal.left() == []


def test_a_server_fault_leaves_it_open(aws, fake):
    fake.answers["CreateTable"] = json_error("InternalServerError", "oops", 500)
    with pytest.raises(ClientError):
        aws.client("dynamodb").create_table(**TABLE)
    assert [one.state for one in aws.journal.left()] == [State.PLANNED]


def test_a_stack_is_known_by_its_arn_once_it_is_told(aws, fake):
    arn = f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/s/1"
    fake.answers["CreateStack"] = query_answer("CreateStack", f"<StackId>{arn}</StackId>")
    aws.client("cloudformation").create_stack(StackName="s", TemplateBody="{}")
    assert [one.id for one in aws.journal.left()] == [arn]
    sent = fake.asked[-1].parameters
    assert sent["Tags.member.1.Key"] == RUN_TAG
    assert sent["Tags.member.1.Value"] == aws.run_id


def test_an_update_keeps_the_tags_and_makes_nothing(aws, fake):
    fake.answers["UpdateStack"] = query_answer("UpdateStack", "<StackId>arn</StackId>")
    aws.client("cloudformation").update_stack(StackName="s", TemplateBody="{}")
    assert fake.asked[-1].parameters["Tags.member.1.Key"] == RUN_TAG
    assert aws.journal.left() == []


def test_what_was_there_before_is_not_claimed(aws, fake):
    fake.answers["DescribeRule"] = Answer({"Name": "theirs", "Arn": "arn"})
    fake.answers["PutRule"] = Answer({"RuleArn": "arn"})
    aws.client("events").put_rule(Name="theirs", EventPattern="{}")
    assert aws.journal.things() == []


def test_what_was_absent_is_claimed(aws, fake):
    fake.answers["DescribeRule"] = json_error("ResourceNotFoundException", "none")
    fake.answers["PutRule"] = Answer({"RuleArn": "arn"})
    aws.client("events").put_rule(Name="ours", EventPattern="{}")
    assert [(one.id, one.was_absent) for one in aws.journal.left()] == [("default|ours", True)]


def test_what_cant_be_looked_for_is_not_made(aws, fake):
    fake.answers["DescribeRule"] = json_error("AccessDeniedException", "you may not")
    with pytest.raises(NotTracked, match=r"can't be told: you may not"):
        aws.client("events").put_rule(Name="ours", EventPattern="{}")
    assert "PutRule" not in fake.operations


def test_a_functions_log_group_is_told_with_it(aws, fake):
    fake.answers["DescribeLogGroups"] = Answer({"logGroups": []})
    fake.answers["POST /2015-03-31/functions"] = Answer({"FunctionName": "f"}, 201)
    _create_function(aws)
    assert [(one.kind, one.id) for one in aws.journal.left()] == [
        ("AWS::Lambda::Function", "f"),
        ("AWS::Logs::LogGroup", "/aws/lambda/f"),
    ]


def test_a_log_group_that_was_there_stays_its_owners(aws, fake):
    fake.answers["DescribeLogGroups"] = Answer({"logGroups": [{"logGroupName": "/aws/lambda/f"}]})
    fake.answers["POST /2015-03-31/functions"] = Answer({"FunctionName": "f"}, 201)
    _create_function(aws)
    assert [one.kind for one in aws.journal.left()] == ["AWS::Lambda::Function"]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}),
        ("iam", "create_user", {"UserName": "u"}),
        ("lambda", "publish_layer_version", {"LayerName": "l", "Content": {"ZipFile": b""}}),
        ("route53", "change_resource_record_sets", {"HostedZoneId": "z", "ChangeBatch": {}}),
    ],
)
def test_what_could_not_be_found_again_is_refused_by_name(
    aws, fake, service, operation, parameters
):
    before = list(fake.operations)
    with pytest.raises(NotTracked, match=f"{service}:\\w+ isn't called on AWS"):
        getattr(aws.client(service), operation)(**parameters)
    assert fake.operations == before


def test_a_presigned_creation_is_refused(aws):
    with pytest.raises(NotTracked, match="s3:CreateBucket isn't signed for somebody else"):
        aws.client("s3").generate_presigned_url("create_bucket", Params={"Bucket": "b"})
    url = aws.client("s3").generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"})
    assert "/b/k?" in url


def test_credentials_that_expire_mid_run_are_said_in_a_sentence(aws, fake):
    fake.answers["ListTopics"] = query_error("ExpiredToken", "The security token is expired", 403)
    with pytest.raises(CredentialsProblem, match="the credentials have expired"):
        aws.client("sns").list_topics()


def test_a_refusal_that_a_test_is_about_reaches_it_as_it_is(aws, fake):
    fake.answers["ListTopics"] = query_error("AuthorizationError", "not authorized", 403)
    with pytest.raises(ClientError, match="not authorized"):
        aws.client("sns").list_topics()


def test_everything_that_is_made_can_be_taken_away():
    kinds = {creation.kind for creation in CREATIONS.values()}
    assert kinds - KINDS.keys() == {"AWS::CloudFormation::Stack"}


def test_what_has_no_name_of_its_own_can_be_found_by_tag():
    for key, one in CREATIONS.items():
        if one.name.__name__ == "_unnamed":
            assert KINDS[one.kind].find is not None, key


def test_what_takes_no_tags_is_looked_for_before():
    untagged = {key: one for key, one in CREATIONS.items() if one.tag is None}
    assert [key for key, one in untagged.items() if not one.is_repeatable] == []


@pytest.mark.parametrize(
    "operation",
    [
        ("sqs", "SendMessage"),
        ("lambda", "Invoke"),
        ("events", "PutEvents"),
        ("s3", "PutObject"),
        ("logs", "FilterLogEvents"),
        ("cloudformation", "ExecuteChangeSet"),
        ("cloudwatch", "GetMetricStatistics"),
        ("lambda", "UpdateFunctionCode"),
    ],
    ids=":".join,
)
def test_ordinary_operations_pass(operation):
    assert makes_nothing(*operation)


@pytest.mark.parametrize(
    "operation",
    [
        ("ec2", "RunInstances"),
        ("rds", "RestoreDBInstanceFromS3"),
        ("iam", "UploadServerCertificate"),
        ("acm", "RequestCertificate"),
        ("cloudfront", "CreateDistribution"),
        ("organizations", "CreateAccount"),
    ],
    ids=":".join,
)
def test_operations_that_make_something_unknown_do_not(operation):
    assert not is_known(*operation)


def _create_function(aws):
    aws.client("lambda").create_function(
        FunctionName="f", Role=f"arn:aws:iam::{ACCOUNT}:role/r", Code={"ZipFile": b"z"}
    )


def test_the_journal_holds_no_secret(aws, fake):
    fake.answers["CreateSecret"] = Answer({"ARN": "arn:s"})
    aws.client("secretsmanager").create_secret(Name="s", SecretString="hunter2")
    assert "hunter2" not in aws.journal.file.read_text()
    assert json.loads(aws.journal.file.read_text().splitlines()[0])["run"]["run"] == aws.run_id
