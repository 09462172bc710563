"""Alarms on the clock: states, notifications, events, history."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from .conftest import Reader

MINUTE = timedelta(minutes=1)


def test_an_alarm_is_evaluated_each_minute_however_long_its_window_is(alarm_of, clock):
    alarm = alarm_of(EvaluationPeriods=10, DatapointsToAlarm=1, TreatMissingData="notBreaching")
    clock.advance(MINUTE)
    assert alarm.state == "OK"
    alarm.put(9)
    clock.advance(2 * MINUTE)
    assert alarm.state == "ALARM"


def test_a_period_slides_by_the_minute(alarm_of, clock):
    alarm = alarm_of(Period=300, TreatMissingData="notBreaching")
    for _ in range(3):
        alarm.put(2)
        clock.advance(MINUTE)
    clock.advance(MINUTE)
    # Three minutes of one period, wherever five minutes begin.
    assert alarm.state == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "state"),
    {
        "missing": "INSUFFICIENT_DATA", "ignore": "ALARM", "breaching": "ALARM",
        "notBreaching": "OK",
    }.items(),
)  # fmt: skip
def test_once_datapoints_cease_missing_ones_decide(alarm_of, clock, treatment, state):
    alarm = alarm_of(TreatMissingData=treatment)
    alarm.put(9)
    clock.advance(2 * MINUTE)
    assert alarm.state == "ALARM"
    clock.advance(10 * MINUTE)
    assert alarm.state == state


def test_m_out_of_n_datapoints_have_to_breach(alarm_of, clock):
    alarm = alarm_of(EvaluationPeriods=3, DatapointsToAlarm=2)
    states = []
    for value in (9, 1, 1, 9, 1, 9):
        alarm.put(value)
        clock.advance(MINUTE)
        states.append(alarm.state)
    clock.advance(MINUTE)
    states.append(alarm.state)
    assert states[-1] == "ALARM"
    assert "ALARM" not in states[:-2]


def test_a_topic_is_told_as_aws_tells_it(alarm_of, clock, reader, topic, aws_account):
    alarm = alarm_of(AlarmActions=[topic], OKActions=[topic], TreatMissingData="notBreaching")
    assert json.loads(_message(reader))["NewStateValue"] == "OK"
    alarm.put(9)
    clock.advance(2 * MINUTE)
    told = reader.next()
    assert told["Subject"] == f'ALARM: "{alarm.name}" in US East (N. Virginia)'
    message = json.loads(told["Message"])
    at, changed = message.pop("StateChangeTime"), alarm.described
    assert at.endswith("+0000")
    assert message.pop("AlarmConfigurationUpdatedTimestamp").endswith("+0000")
    assert message == {
        "AlarmName": alarm.name,
        "AlarmDescription": None,
        "AWSAccountId": aws_account,
        "NewStateValue": "ALARM",
        "NewStateReason": changed["StateReason"],
        "Region": "US East (N. Virginia)",
        "AlarmArn": changed["AlarmArn"],
        "OldStateValue": "OK",
        "OKActions": [topic],
        "AlarmActions": [topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": alarm.name,
            "Namespace": "Shop",
            "StatisticType": "Statistic",
            "Statistic": "SUM",
            "Unit": None,
            "Dimensions": [],
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 5.0,
            "TreatMissingData": "notBreaching",
            "EvaluateLowSampleCountPercentile": "",
        },
    }
    assert changed["StateReason"].startswith("Threshold Crossed: 1 out of the last 1 datapoints [9")
    clock.advance(5 * MINUTE)
    assert json.loads(_message(reader))["NewStateValue"] == "OK"


def _message(reader: Reader) -> str:
    return str(reader.next()["Message"])


def test_missing_data_is_told_to_its_own_actions(alarm_of, clock, reader, topic):
    alarm = alarm_of(InsufficientDataActions=[topic])
    alarm.put(1)
    clock.advance(10 * MINUTE)
    message = json.loads(_message(reader))
    assert (message["OldStateValue"], message["NewStateValue"]) == ("OK", "INSUFFICIENT_DATA")
    assert message["NewStateReason"].startswith("Insufficient Data: no datapoints were received")


def test_actions_that_are_disabled_dont_run(alarm_of, cloudwatch, clock, reader, topic):
    quiet = alarm_of(AlarmActions=[topic], ActionsEnabled=False)
    loud = alarm_of(AlarmActions=[topic])
    for alarm in (quiet, loud):
        alarm.put(9)
    clock.advance(2 * MINUTE)
    assert (quiet.state, loud.state) == ("ALARM", "ALARM")
    assert json.loads(_message(reader))["AlarmName"] == loud.name
    assert reader.is_quiet()
    assert quiet.history(HistoryItemType="Action") == []


def test_the_default_bus_gets_each_change_of_a_state(alarm_of, aws, clock, reader):
    events = aws("events")
    rule = events.put_rule(Name="alarms", EventPattern=json.dumps({"source": ["aws.cloudwatch"]}))[
        "RuleArn"
    ]
    policy = {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": reader.arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
            }
        ]
    }
    aws("sqs").set_queue_attributes(QueueUrl=reader.url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(Rule="alarms", Targets=[{"Id": "reader", "Arn": reader.arn}])
    # Actions have nothing to do with it.
    alarm = alarm_of(ActionsEnabled=False, AlarmDescription="too many")
    try:
        alarm.put(9)
        clock.advance(2 * MINUTE)
        event = reader.next()
    finally:
        events.remove_targets(Rule="alarms", Ids=["reader"])
        events.delete_rule(Name="alarms")
    assert event["detail-type"] == "CloudWatch Alarm State Change"
    assert event["resources"] == [alarm.described["AlarmArn"]]
    detail = event["detail"]
    assert detail["alarmName"] == alarm.name
    assert (detail["previousState"]["value"], detail["state"]["value"]) == (
        "INSUFFICIENT_DATA", "ALARM",
    )  # fmt: skip
    assert detail["state"]["reason"] == alarm.described["StateReason"]
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [9.0]
    assert detail["configuration"]["description"] == "too many"
    [metric] = detail["configuration"]["metrics"]
    assert metric["metricStat"]["metric"] == {
        "namespace": "Shop", "name": alarm.name, "dimensions": {},
    }  # fmt: skip


def test_history_tells_configuration_state_and_action(alarm_of, cloudwatch, clock, topic, reader):
    alarm = alarm_of(AlarmActions=[topic])
    alarm.put(9)
    clock.advance(2 * MINUTE)
    reader.next()
    action, state, configuration = alarm.history()
    assert configuration["HistorySummary"] == f'Alarm "{alarm.name}" created'
    created = configuration["HistoryData"]
    assert (created["version"], created["type"]) == ("1.0", "Create")
    assert created["createdAlarm"]["alarmActions"] == [topic]
    assert created["createdAlarm"]["okactions"] == []
    assert created["createdAlarm"]["stateValue"] == "INSUFFICIENT_DATA"
    assert state["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to ALARM"
    assert state["HistoryData"]["oldState"] == {
        "stateValue": "INSUFFICIENT_DATA",
        "stateReason": "Unchecked: Initial alarm creation",
    }
    assert state["HistoryData"]["newState"]["stateReasonData"]["threshold"] == 5.0
    assert state["Timestamp"] == alarm.described["StateUpdatedTimestamp"]
    assert action["HistorySummary"] == f"Successfully executed action {topic}"
    assert action["HistoryData"]["actionState"] == "Succeeded"
    published = json.loads(action["HistoryData"]["publishedMessage"])
    assert json.loads(published["default"])["NewStateValue"] == "ALARM"
    assert alarm.name in published["email"]
    assert [one["AlarmType"] for one in alarm.history()] == ["MetricAlarm"] * 3


def test_history_is_chosen_ordered_and_paged(alarm_of, cloudwatch, clock):
    alarm = alarm_of()
    alarm.put(9)
    clock.advance(2 * MINUTE)
    alarm.settings["Threshold"] = 6.0
    cloudwatch.put_metric_alarm(**alarm.settings)
    updated, _ = alarm.history(HistoryItemType="ConfigurationUpdate")
    assert updated["HistorySummary"] == f'Alarm "{alarm.name}" updated'
    assert updated["HistoryData"]["originalUpdatedFields"]["threshold"] == 5.0
    kinds = [one["HistoryItemType"] for one in alarm.history(ScanBy="TimestampAscending")]
    assert kinds == ["ConfigurationUpdate", "StateUpdate", "ConfigurationUpdate"]
    pages = cloudwatch.get_paginator("describe_alarm_history").paginate(
        AlarmName=alarm.name, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["AlarmHistoryItems"]) for page in pages] == [2, 1]
    assert alarm.history(AlarmTypes=["CompositeAlarm"]) == []


def test_an_action_that_fails_says_why_in_the_history(alarm_of, clock, topic):
    missing = f"{topic}-missing"
    alarm = alarm_of(AlarmActions=[missing])
    alarm.put(9)
    clock.advance(2 * MINUTE)
    [item] = alarm.history(HistoryItemType="Action")
    assert item["HistorySummary"].startswith(f"Failed to execute action {missing}. Received error:")
    assert item["HistoryData"]["actionState"] == "Failed"


def test_an_alarm_that_is_put_again_keeps_its_state(alarm_of, cloudwatch, clock):
    alarm = alarm_of(TreatMissingData="ignore")
    alarm.put(9)
    clock.advance(2 * MINUTE)
    before = alarm.described
    cloudwatch.put_metric_alarm(**alarm.settings)
    assert alarm.described == before
    cloudwatch.put_metric_alarm(**{**alarm.settings, "AlarmDescription": "changed"})
    after = alarm.described
    assert after["AlarmDescription"] == "changed"
    assert after["StateValue"] == "ALARM"
    assert after["StateUpdatedTimestamp"] == before["StateUpdatedTimestamp"]


@pytest.mark.parametrize(
    "operator",
    [
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    ],
)
def test_alarms_on_anomalies_are_refused_by_name(alarm_of, operator):
    with pytest.raises(ClientError) as refused:
        alarm_of(ComparisonOperator=operator)
    error = refused.value.response["Error"]
    assert error["Code"] == "NotImplemented"
    assert operator in error["Message"]


def test_an_unknown_operator_is_refused_with_those_that_there_are(alarm_of):
    with pytest.raises(ClientError) as refused:
        alarm_of(ComparisonOperator="Above")
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"].startswith(
        "1 validation error detected: Value 'Above' at 'comparisonOperator' failed to satisfy "
        "constraint: Member must satisfy enum value set: [GreaterThanOrEqualToThreshold, "
    )


def test_an_unknown_state_is_refused_under_both_names_of_its_error(aws):
    with pytest.raises(ClientError) as refused:
        aws("cloudwatch").set_alarm_state(
            AlarmName="orders", StateValue="INVALID", StateReason="a test"
        )
    error = refused.value.response["Error"]
    assert (error["Code"], error["QueryErrorCode"]) == ("ValidationError", "ValidationException")
    assert "Value 'INVALID' at 'stateValue' failed to satisfy constraint" in error["Message"]
