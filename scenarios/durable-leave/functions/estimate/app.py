"""Counts the working days of a request, durably and within seconds."""

from datetime import date, timedelta

from aws_durable_execution_sdk_python import durable_execution


@durable_execution
def handler(leave, context):
    return context.step(lambda _: {"working_days": working_days(leave)}, name="count")


def working_days(leave):
    first, last = date.fromisoformat(leave["start"]), date.fromisoformat(leave["end"])
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)
