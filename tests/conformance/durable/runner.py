"""Deploys our handlers, runs AWS's requirements against them and compares what happened."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .catalogue import TARGETS
from .matching import CLOSINGS, Bindings, differences, matches_log
from .requirements import Requirement

HANDLERS = Path(__file__).parent / "handlers"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
LONGEST_SECONDS = 90
"""Of the emulator's time: no requirement of these suites takes longer."""


@dataclass(frozen=True)
class Result:
    """How a requirement fared."""

    requirement: Requirement
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problems


class Time:
    """The emulator's time: moved where the emulator can, waited for where it can't."""

    def __init__(self, endpoint: str) -> None:
        self._clock = f"{endpoint}/_harness/clock"
        try:
            with urllib.request.urlopen(self._clock):
                self.is_virtual = True
        except urllib.error.URLError:
            self.is_virtual = False
        self.passed = 0.0

    def pass_by(self, seconds: float) -> None:
        if self.is_virtual:
            body = json.dumps({"seconds": seconds}).encode()
            request = urllib.request.Request(f"{self._clock}/advance", data=body, method="POST")
            urllib.request.urlopen(request).close()
        else:
            time.sleep(seconds)
        self.passed += seconds


class Runner:
    """Runs requirements on an emulator.

    Args:
        clients: Makes boto3 clients by the service's name.
        endpoint: The emulator's.
    """

    def __init__(self, clients: Any, endpoint: str) -> None:
        self._lambda, self._logs, self._iam = (
            clients(service) for service in ("lambda", "logs", "iam")
        )
        self._endpoint = endpoint

    def run(self, requirements: list[Requirement], handlers: dict[str, str]) -> Iterator[Result]:
        """Run requirements, side by side where time can't be moved."""
        self._deploy({handlers[each.id] for each in requirements})
        workers = 1 if Time(self._endpoint).is_virtual else 8
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda each: self._checked(each, handlers[each.id]), requirements)

    def _deploy(self, handlers: set[str]) -> None:
        role = self._iam.create_role(
            RoleName="conformance", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        deployed = {**{handler: {} for handler in handlers}, **TARGETS}
        for handler, members in deployed.items():
            module = handler.partition(".")[0]
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as zipped:
                zipped.write(HANDLERS / f"{module}.py", f"{module}.py")
            self._lambda.create_function(
                FunctionName=_function_of(handler),
                Runtime="python3.13",
                Handler=handler,
                Role=role,
                Timeout=60,
                Code={"ZipFile": packed.getvalue()},
                DurableConfig={"ExecutionTimeout": 300, "RetentionPeriodInDays": 7},
                LoggingConfig={"LogFormat": "JSON"},
                **members,
            )
        waiter = self._lambda.get_waiter("function_active_v2")
        for handler in deployed:
            waiter.wait(
                FunctionName=_function_of(handler),
                WaiterConfig={"Delay": 0.1, "MaxAttempts": 600},
            )

    def _checked(self, requirement: Requirement, handler: str) -> Result:
        document = requirement.document
        bound = Bindings.of(document.get("Variables"))
        clock = Time(self._endpoint)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(self._invoke, document, handler, bound)
            arn, problems = self._follow(document, call, bound, clock)
        history = self._history(arn)
        problems += differences(document["ExpectedExecutionHistory"], history, bound)
        if result := document.get("ExpectedResult"):
            problems += self._differences_of_result(arn, bound.put_into(result))
        for expected in document.get("ExpectedLogs", []):
            problems += self._differences_of_log(handler, arn, bound.put_into(expected))
        return Result(requirement, problems)

    def _invoke(self, document: dict[str, Any], handler: str, bound: Bindings) -> str:
        kind = "Event" if document.get("AsyncInvoke") else "RequestResponse"
        answer = self._lambda.invoke(
            FunctionName=_function_of(handler),
            Qualifier="$LATEST",
            InvocationType=kind,
            Payload=json.dumps(bound.put_into(document.get("Input"))),
        )
        return str(answer["DurableExecutionArn"])

    def _follow(
        self, document: dict[str, Any], call: Future[str], bound: Bindings, clock: Time
    ) -> tuple[str, list[str]]:
        """Let time pass and complete callbacks, until the execution or the requirement is over."""
        actions = list(bound.put_into(document.get("CallbackActions") or []))
        handled: set[str] = set()
        while clock.passed < LONGEST_SECONDS:
            if not call.done():
                clock.pass_by(1 if clock.is_virtual else 0.2)
                continue
            arn = call.result()
            history = self._history(arn)
            types = [event["EventType"] for event in history]
            if any(closing in types for closing in CLOSINGS):
                return arn, []
            is_met = not differences(document["ExpectedExecutionHistory"], history, Bindings(bound))
            if "ExpectedResult" not in document and is_met:
                return arn, []
            if types[-1] != "InvocationCompleted" or not self._act(
                history, actions, handled, clock
            ):
                clock.pass_by(0.5)
        return call.result(), ["took too long"]

    def _act(
        self,
        history: list[dict[str, Any]],
        actions: list[dict[str, Any]],
        handled: set[str],
        clock: Time,
    ) -> bool:
        """Do what the world outside is to do about callbacks that wait."""
        acted = False
        for event in history:
            if event["EventType"] != "CallbackStarted":
                continue
            callback = event["CallbackStartedDetails"]["CallbackId"]
            wanted = [
                action
                for action in actions
                if action["CallbackName"] in ("*", event.get("Name", ""))
            ]
            if callback in handled or not wanted:
                continue
            action = wanted[0]
            actions.remove(action)
            if action["Operation"] != "heartbeat":
                handled.add(callback)
            clock.pass_by(action.get("Delay", 0))
            self._complete(callback, action)
            acted = True
        return acted

    def _complete(self, callback: str, action: dict[str, Any]) -> None:
        client, payload = self._lambda, action.get("Payload")
        match action["Operation"]:
            case "success" if payload is not None:
                client.send_durable_execution_callback_success(
                    CallbackId=callback, Result=json.dumps(payload).encode()
                )
            case "success":
                client.send_durable_execution_callback_success(CallbackId=callback)
            case "failure":
                client.send_durable_execution_callback_failure(CallbackId=callback, Error=payload)
            case "heartbeat":
                client.send_durable_execution_callback_heartbeat(CallbackId=callback)

    def _history(self, arn: str) -> list[dict[str, Any]]:
        answer = self._lambda.get_durable_execution_history(
            DurableExecutionArn=arn, IncludeExecutionData=True
        )
        events: list[dict[str, Any]] = answer["Events"]
        return events

    def _differences_of_result(self, arn: str, expected: dict[str, Any]) -> list[str]:
        told = self._lambda.get_durable_execution(DurableExecutionArn=arn)
        if told["Status"] != expected["ExecutionStatus"]:
            return [f"the status is {told['Status']}, not {expected['ExecutionStatus']}"]
        if "Result" not in expected or told["Status"] != "SUCCEEDED":
            return []
        result = json.loads(told.get("Result") or "null")
        is_met = result == expected["Result"]
        return [] if is_met else [f"the result is {result!r}, not {expected['Result']!r}"]

    def _differences_of_log(self, handler: str, arn: str, expected: dict[str, Any]) -> list[str]:
        wanted, count = expected["match"]["message"], expected["count"]
        group = f"/aws/lambda/{_function_of(handler)}"
        found = -1
        # Logs arrive a little later than the end of the execution.
        for _ in range(100):
            try:
                events = self._logs.filter_log_events(logGroupName=group)["events"]
            except self._logs.exceptions.ResourceNotFoundException:
                events = []
            messages = [_message_of(event["message"], arn) for event in events]
            found = sum(matches_log(message, wanted) for message in messages if message)
            if found == count and found:
                break
            time.sleep(0.05)
        return [] if found == count else [f"{found} lines say {wanted}, not {count}"]


def _function_of(handler: str) -> str:
    return handler.replace(".", "-")


def _message_of(line: str, arn: str) -> str | None:
    """Return the message of a line that an execution's logger wrote."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return str(record.get("message", "")) if arn in line else None
