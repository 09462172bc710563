"""Who may call an isolated function: Invoke and API Gateway, and no other event source.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from harness import HarnessError

UNSUPPORTED = "not supported for functions enabled with tenancy configuration"

pytestmark = pytest.mark.claim("tenant-isolation.only-api-gateway")


def test_an_event_source_mapping_is_refused(stack, isolated, client):
    api, queue = client("lambda"), stack.outputs["QueueArn"]

    with pytest.raises(ClientError) as refused:
        api.create_event_source_mapping(FunctionName=isolated.name, EventSourceArn=queue)

    assert_unsupported(refused.value)
    # A list by the queue could show another function's mapping, still on its way out.
    mappings = api.list_event_source_mappings(FunctionName=isolated.name)["EventSourceMappings"]
    assert mappings == []


def test_a_function_without_isolation_may_have_the_same_mapping(stack, generic, client):
    api, queue = client("lambda"), stack.outputs["QueueArn"]

    mapping = api.create_event_source_mapping(FunctionName=generic.name, EventSourceArn=queue)

    try:
        assert mapping["EventSourceArn"] == queue
        assert mapping["FunctionArn"].endswith(f":function:{generic.name}")
    finally:
        api.delete_event_source_mapping(UUID=mapping["UUID"])


def test_a_function_url_is_refused(isolated, client):
    api = client("lambda")

    with pytest.raises(ClientError) as refused:
        api.create_function_url_config(FunctionName=isolated.name, AuthType="AWS_IAM")

    assert_unsupported(refused.value)
    with pytest.raises(api.exceptions.ResourceNotFoundException):
        api.get_function_url_config(FunctionName=isolated.name)


@pytest.mark.parametrize("template", ["refused/queue.yaml", "refused/url.yaml"])
def test_a_template_with_one_is_refused(deploy, template):
    with pytest.raises(HarnessError) as refused:
        deploy(template)

    assert UNSUPPORTED in str(refused.value)


def assert_unsupported(refused):
    """Assert the error of a combination that isolation excludes.

    AWS documents that these are refused. The words are those of its SAM translator, which checks
    the same combinations in templates.
    """
    assert refused.response["Error"]["Code"] == "InvalidParameterValueException"
    assert UNSUPPORTED in refused.response["Error"]["Message"]
    assert refused.response["ResponseMetadata"]["HTTPStatusCode"] == 400
