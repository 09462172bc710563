"""Items, transactions and queries.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError


def item(key, **values):
    return {"id": {"S": key}, **values}


def test_equal_numbers_are_one_value(dynamodb, table):
    name = table()
    dynamodb.put_item(TableName=name, Item=item("a", n={"N": "1.50E1"}, s={"NS": ["01", "2.0"]}))
    kept = dynamodb.get_item(TableName=name, Key=item("a"))["Item"]
    assert kept["n"] == {"N": "15"}
    assert sorted(kept["s"]["NS"]) == ["1", "2"]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("one", "The parameter cannot be converted to a numeric value: one"),
        ("1" * 39, "Attempting to store more than 38 significant digits in a Number"),
        ("1E126", "Number overflow."),
        ("1E-131", "Number underflow."),
    ],
)
def test_what_is_no_number_is_refused(dynamodb, table, number, message):
    with pytest.raises(ClientError, match=message) as refused:
        dynamodb.put_item(TableName=table(), Item=item("a", n={"N": number}))
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_transaction_holds_whole_or_not_at_all(dynamodb, table):
    name = table()
    dynamodb.put_item(TableName=name, Item=item("taken"))
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as refused:
        dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": name, "Item": item("new")}},
                {
                    "Put": {
                        "TableName": name,
                        "Item": item("taken"),
                        "ConditionExpression": "attribute_not_exists(id)",
                    }
                },
            ]
        )
    reasons = [reason["Code"] for reason in refused.value.response["CancellationReasons"]]
    assert reasons == ["None", "ConditionalCheckFailed"]
    assert "Item" not in dynamodb.get_item(TableName=name, Key=item("new"))


def test_concurrent_counters_lose_nothing(dynamodb, table):
    name, writes = table(), 40

    def count(_):
        dynamodb.update_item(
            TableName=name,
            Key=item("counter"),
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(writes)))
    kept = dynamodb.get_item(TableName=name, Key=item("counter"))["Item"]
    assert kept["n"] == {"N": str(writes)}


def test_a_scan_may_start_after_a_key_that_does_not_exist(dynamodb, table):
    name = table(sort="at")
    for at in ("1", "3", "5"):
        dynamodb.put_item(TableName=name, Item=item("a", at={"S": at}))
    found = dynamodb.scan(TableName=name, ExclusiveStartKey=item("a", at={"S": "2"}))
    assert [one["at"]["S"] for one in found["Items"]] == ["3", "5"]


def test_a_page_goes_on_where_the_last_one_ended(dynamodb, table):
    name = table(sort="at")
    for at in range(7):
        dynamodb.put_item(TableName=name, Item=item("a", at={"S": str(at)}))
    pages = dynamodb.get_paginator("query").paginate(
        TableName=name,
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "a"}},
        PaginationConfig={"PageSize": 3},
    )
    assert [[one["at"]["S"] for one in page["Items"]] for page in pages] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6"],
    ]


def test_capacity_is_told_when_it_is_asked_for(dynamodb, table):
    name = table()
    requests = {name: [{"PutRequest": {"Item": item("a")}}]}
    quiet = dynamodb.batch_write_item(RequestItems=requests)
    asked = dynamodb.batch_write_item(RequestItems=requests, ReturnConsumedCapacity="TOTAL")
    assert "ConsumedCapacity" not in quiet
    assert asked["ConsumedCapacity"][0]["TableName"] == name


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("20", {"N": "20"}),
        ("-1.50", {"N": "-1.5"}),
        ("true", {"BOOL": True}),
        ("'=2'", {"S": "=2"}),
    ],
)
def test_partiql_updates_with_literals_and_parameters(dynamodb, table, literal, value):
    name = table()
    dynamodb.put_item(TableName=name, Item=item("a=1"))
    dynamodb.execute_statement(
        Statement=f'UPDATE "{name}" SET v={literal} WHERE id=?', Parameters=[{"S": "a=1"}]
    )
    kept = dynamodb.execute_statement(Statement=f"SELECT * FROM \"{name}\" WHERE id='a=1'")
    assert kept["Items"] == [item("a=1", v=value)]


def test_partiql_that_cannot_be_read_fails_by_name(dynamodb, table):
    with pytest.raises(ClientError, match="can't evaluate this PartiQL statement"):
        dynamodb.execute_statement(Statement=f'UPDATE "{table()}" SET a=1 SET b=2')


def test_accounts_and_regions_have_tables_of_their_own(aws, dynamodb, table, emulator):
    name = table()
    elsewhere = [aws("dynamodb", region="eu-west-1"), emulator.client("dynamodb")]
    assert name in dynamodb.list_tables()["TableNames"]
    assert all(name not in client.list_tables()["TableNames"] for client in elsewhere)


def test_a_table_is_described_as_aws_does(dynamodb, table):
    described = dynamodb.describe_table(TableName=table())["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & set(described)
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName="absent")


def test_what_a_reset_account_had_is_gone(emulator):
    account = emulator.new_account()
    here, there = (
        emulator.client(name, account=account) for name in ("dynamodb", "dynamodbstreams")
    )
    here.create_table(
        TableName="gone",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    assert there.list_streams()["Streams"]
    emulator.release_account(account)
    again = emulator.client("dynamodbstreams", account=account)
    assert emulator.client("dynamodb", account=account).list_tables()["TableNames"] == []
    assert again.list_streams()["Streams"] == []
