"""The functions of the pattern, as those who invoke them see them."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest


@dataclass(frozen=True)
class Function:
    """A deployed function, to be invoked synchronously by whoever's turn it is."""

    name: str
    api: Any

    def invoke(self, event: dict | None = None, *, tenant: str | None = None) -> Any:
        """Return what the handler returns.

        Args:
            event: What the handler gets.
            tenant: The tenant id of the invocation; without one none is sent.
        """
        return self.respond(event, tenant=tenant)["Report"]

    def respond(self, event: dict | None = None, *, tenant: str | None = None) -> dict[str, Any]:
        """Return the response, with the log's tail and what the handler returned as `Report`."""
        response = self.api.invoke(
            FunctionName=self.name,
            Payload=json.dumps(event or {}),
            LogType="Tail",
            **({} if tenant is None else {"TenantId": tenant}),
        )
        report = json.loads(response["Payload"].read())
        assert "FunctionError" not in response, report
        return {**response, "Report": report}

    def renew(self) -> None:
        """Change the function's configuration, which ends all its environments."""
        variables = self.api.get_function_configuration(FunctionName=self.name)["Environment"]
        variables["Variables"]["GENERATION"] = uuid.uuid4().hex
        self.api.update_function_configuration(FunctionName=self.name, Environment=variables)
        self.api.get_waiter("function_updated_v2").wait(FunctionName=self.name)


@pytest.fixture(scope="module")
def stack(stack, function, eventually):
    """The pattern's stack, once its functions may read secrets: a new role takes a moment."""

    def may_read():
        function(stack.outputs["Generic"]).invoke({"secret_of": "tenant1"})

    eventually(may_read, within=timedelta(minutes=1))
    return stack


@pytest.fixture(scope="module")
def function(client) -> Callable[[str], Function]:
    """Makes a function of a name: `function(stack.outputs["Isolated"])`."""
    return lambda name: Function(name, client("lambda"))


@pytest.fixture
def generic(stack, function) -> Function:
    """The ordinary function, without an environment so far."""
    generic = function(stack.outputs["Generic"])
    generic.renew()
    return generic


@pytest.fixture
def isolated(stack, function) -> Function:
    """The function with an environment per tenant; it has seen tenants of other tests."""
    return function(stack.outputs["Isolated"])


@pytest.fixture
def new_tenant() -> Callable[[], str]:
    """Makes ids of tenants that nobody has seen."""
    return lambda: f"tenant-{uuid.uuid4().hex}"


@pytest.fixture
def aws_command(tools) -> Callable[..., str]:
    """Runs the AWS command line in the module's account, and returns what it prints."""
    pytest.importorskip("awscli", reason="the AWS command line (awscli) isn't installed")

    def run(service: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "awscli", service, *arguments],
            env=tools.environment(service),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
