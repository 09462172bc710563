"""The e-mails of a leave request; each returns the id that SES gave it."""

import os

import boto3

ses = boto3.client("sesv2")


def receipt(leave):
    return _send(
        leave["employee"],
        "Leave request received",
        f"Your request {leave['id']} for {_days(leave)} waits for your manager.",
    )


def to_decide(leave, callback):
    return _send(
        os.environ["MANAGER"],
        f"Leave request from {leave['employee']}",
        f"{leave['employee']} asks for leave {_days(leave)}: {leave.get('reason') or 'no reason'}\n"
        f"Request: {leave['id']}\nCallback id: {callback}\n",
    )


def notice(leave, status):
    return _send(
        leave["employee"],
        f"Leave request {status}",
        f"Your request {leave['id']} for {_days(leave)} is {status}.",
    )


def _days(leave):
    return f"{leave['start']} to {leave['end']}"


def _send(to, subject, text):
    sent = ses.send_email(
        FromEmailAddress=os.environ["SENDER"],
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}},
    )
    return sent["MessageId"]
