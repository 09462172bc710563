"""Stacks that are taken away while an operation runs on them."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta

import pytest

from harness.targets.aws.stack_removal import Remover
from tests.held_stacks import Provider, settled, template


@pytest.fixture
def remover(aws):
    told, retained = [], []
    yield Remover(aws, timedelta(milliseconds=50), told.append, retained.append)
    assert (told, retained) == ([], [])


def test_a_stack_that_is_being_updated_goes_after_its_update(aws, remover):
    provider, cloudformation = Provider(aws), aws("cloudformation")
    name = f"s{secrets.token_hex(4)}"
    stack = cloudformation.create_stack(StackName=name, TemplateBody=template(provider))["StackId"]
    provider.succeed(provider.asked())
    settled(cloudformation, name, "CREATE_COMPLETE")
    cloudformation.update_stack(StackName=name, TemplateBody=template(provider, Size="2"))
    update = provider.asked()

    removing = threading.Thread(target=remover.remove, args=[name])
    removing.start()
    provider.succeed(update)
    deletion = provider.asked()
    assert deletion["RequestType"] == "Delete"
    provider.succeed(deletion)
    removing.join(60)

    settled(cloudformation, stack, "DELETE_COMPLETE")
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    happened = [one["ResourceStatus"] for one in events if one["LogicalResourceId"] == name]
    assert happened[:3] == ["DELETE_COMPLETE", "DELETE_IN_PROGRESS", "UPDATE_COMPLETE"]
