"""Isolation is a property that a function is born with, whoever creates it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-configure.html
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError, ParamValidationError

PER_TENANT = {"TenantIsolationMode": "PER_TENANT"}
CODE = """
visits = 0

def handler(event, context):
    global visits
    visits += 1
    return {"tenant_id": context.tenant_id, "visits": visits}
"""

pytestmark = pytest.mark.claim("tenant-isolation.create-only")


@pytest.fixture(scope="module")
def package() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", CODE)
    return archive.getvalue()


@pytest.fixture
def name(client) -> Iterator[str]:
    """A name for a function that is created by hand, and deleted afterwards."""
    name = f"by-hand-{uuid.uuid4().hex[:8]}"
    yield name
    client("lambda").delete_function(FunctionName=name)


def test_the_api_creates_it(stack, function, client, name, package):
    created = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role=stack.outputs["RoleArn"],
        Code={"ZipFile": package},
        TenancyConfig=PER_TENANT,
    )
    client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)

    assert created["TenancyConfig"] == PER_TENANT
    assert_isolated(function(name))


def test_the_command_line_creates_it(
    stack, function, client, name, package, aws_command, tools, tmp_path
):
    archive = tmp_path / "function.zip"
    archive.write_bytes(package)

    tools.foresee("lambda", "CreateFunction", FunctionName=name)
    created = aws_command(
        *("lambda", "create-function", "--function-name", name, "--runtime", "python3.13"),
        *("--handler", "index.handler", "--role", stack.outputs["RoleArn"]),
        *("--zip-file", f"fileb://{archive}", "--tenancy-config", json.dumps(PER_TENANT)),
    )
    client("lambda").get_waiter("function_active_v2").wait(FunctionName=name)

    assert json.loads(created)["TenancyConfig"] == PER_TENANT
    assert_isolated(function(name))


@pytest.mark.parametrize(
    "template",
    ["creations/cloudformation.yaml", "creations/sam.yaml", "creations/cdk.out"],
    ids=["CloudFormation", "SAM", "CDK output"],
)
def test_a_template_creates_it(deploy, function, template):
    assert_isolated(function(deploy(template).outputs["Isolated"]))


@pytest.mark.parametrize("mode", [PER_TENANT, None], ids=["turned on", "turned off"])
def test_the_sdk_has_no_way_to_change_it(generic, isolated, client, mode):
    function = generic if mode else isolated

    with pytest.raises(ParamValidationError, match='Unknown parameter in input: "TenancyConfig"'):
        client("lambda").update_function_configuration(
            FunctionName=function.name, TenancyConfig=mode
        )


@pytest.mark.parametrize("mode", [PER_TENANT, None], ids=["turned on", "turned off"])
def test_a_request_of_ones_own_changes_nothing(
    generic, isolated, client, http, target, account, region, mode
):
    function = generic if mode else isolated
    before = client("lambda").get_function_configuration(FunctionName=function.name)
    request = AWSRequest(
        method="PUT",
        url=f"{client('lambda').meta.endpoint_url}/2015-03-31/functions/{function.name}/configuration",
        headers={"Content-Type": "application/json"},
        data=json.dumps({"TenancyConfig": mode}).encode(),
    )
    session = target.session(account=account, region=region)
    SigV4Auth(session.get_credentials(), "lambda", region).add_auth(request)

    # Whether AWS refuses the unknown member or passes over it isn't documented; what counts is that
    # the function is what it was.
    http.put(request.url, headers=dict(request.headers), content=request.data)
    client("lambda").get_waiter("function_updated_v2").wait(FunctionName=function.name)

    after = client("lambda").get_function_configuration(FunctionName=function.name)
    assert after.get("TenancyConfig") == before.get("TenancyConfig")
    if function is isolated:
        assert_isolated(isolated)
    else:
        assert generic.invoke()["tenant_id"] is None


@pytest.mark.parametrize(
    ("first", "then"),
    [("none", "PER_TENANT"), ("PER_TENANT", "none")],
    ids=["turned on", "turned off"],
)
def test_a_template_that_changes_it_replaces_the_function(
    deploy, function, client, new_tenant, eventually, first, then
):
    stack = deploy("creations/switch.yaml", parameters={"Isolation": first})
    before = stack.outputs["Function"]
    assert tenancy_of(before, client) == (PER_TENANT if first == "PER_TENANT" else None)

    stack.update(parameters={"Isolation": then})

    after = stack.outputs["Function"]
    assert after != before
    assert tenancy_of(after, client) == (PER_TENANT if then == "PER_TENANT" else None)
    tenant = new_tenant() if then == "PER_TENANT" else None
    assert function(after).invoke(tenant=tenant)["tenant_id"] == tenant

    def gone():
        with pytest.raises(client("lambda").exceptions.ResourceNotFoundException):
            client("lambda").get_function(FunctionName=before)

    eventually(gone, within=timedelta(minutes=1))


def tenancy_of(name, client):
    configuration = client("lambda").get_function_configuration(FunctionName=name)
    return configuration.get("TenancyConfig")


def assert_isolated(function):
    """Assert that a function says that it is isolated, and that it is."""
    configuration = function.api.get_function_configuration(FunctionName=function.name)
    assert configuration["TenancyConfig"] == PER_TENANT
    ana, ben = uuid.uuid4().hex, uuid.uuid4().hex
    answers = [function.invoke(tenant=tenant) for tenant in (ana, ben, ana)]
    assert [(answer["tenant_id"], answer["visits"]) for answer in answers] == [
        (ana, 1),
        (ben, 1),
        (ana, 2),
    ]
    with pytest.raises(ClientError, match="Add a valid tenant ID") as refused:
        function.invoke()
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
