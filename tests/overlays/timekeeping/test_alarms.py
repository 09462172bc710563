"""CloudWatch: metrics and alarms by the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest


@pytest.fixture(scope="module")
def cloudwatch(aws):
    return aws("cloudwatch")


def test_a_datum_without_a_timestamp_gets_the_emulators(cloudwatch, clock):
    clock.advance(timedelta(days=1))
    cloudwatch.put_metric_data(Namespace="N", MetricData=[{"MetricName": "now", "Value": 1}])
    now = clock.now()
    found = cloudwatch.get_metric_statistics(
        Namespace="N",
        MetricName="now",
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=60,
        Statistics=["Sum"],
    )
    assert [point["Sum"] for point in found["Datapoints"]] == [1]


def test_an_alarm_is_evaluated_each_period(cloudwatch, clock):
    cloudwatch.put_metric_alarm(
        AlarmName="alarm",
        Namespace="N",
        MetricName="errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )

    def state():
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=["alarm"])["MetricAlarms"]
        return alarm["StateValue"]

    clock.advance(timedelta(minutes=2))
    assert state() == "OK"
    cloudwatch.put_metric_data(Namespace="N", MetricData=[{"MetricName": "errors", "Value": 5}])
    moved = clock.advance(timedelta(minutes=1))
    assert [one.what for one in moved.fired if "alarm" in one.what]
    assert state() == "ALARM"
    clock.advance(timedelta(minutes=5))
    assert state() == "OK"
    changes = cloudwatch.describe_alarm_history(AlarmName="alarm", HistoryItemType="StateUpdate")
    assert len(changes["AlarmHistoryItems"]) >= 3
    cloudwatch.delete_alarms(AlarmNames=["alarm"])
    assert [one for one in clock.advance(timedelta(hours=1)).fired if "alarm" in one.what] == []


def test_an_alarm_counts_what_functions_did_before_it(cloudwatch, aws, create, clock):
    """Lambda's metrics are gathered for a moment of machine time; an alarm doesn't miss them."""
    function = create("def handler(event, context): raise ValueError('no')")
    cloudwatch.put_metric_alarm(
        AlarmName="failing",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )
    aws("lambda").invoke(FunctionName=function)
    clock.advance(timedelta(minutes=5))
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["failing"])["MetricAlarms"]
    cloudwatch.delete_alarms(AlarmNames=["failing"])
    assert alarm["StateValue"] == "ALARM"


def test_an_alarm_sees_the_length_of_a_queue_each_minute(cloudwatch, aws, make_queue, clock):
    url, arn = make_queue()
    cloudwatch.put_metric_alarm(
        AlarmName="waiting",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": arn.rsplit(":", 1)[-1]}],
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=3,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )

    def state():
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=["waiting"])["MetricAlarms"]
        return alarm["StateValue"]

    clock.advance(timedelta(minutes=7))
    assert state() == "OK"
    aws("sqs").send_message(QueueUrl=url, MessageBody="hello")
    clock.advance(timedelta(minutes=7))
    assert state() == "ALARM"
    cloudwatch.delete_alarms(AlarmNames=["waiting"])
    clock.advance(timedelta(minutes=1))
    fired = clock.advance(timedelta(hours=1)).fired
    assert [one for one in fired if "queues" in one.what] == []
