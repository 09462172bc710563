"""The tenant in the messages of LocalStack's queue of asynchronous invocations."""

from __future__ import annotations

QUEUED_TWICE = """
from datetime import datetime

from localstack.services.lambda_.invocation.event_manager import SQSInvocation
from localstack.services.lambda_.invocation.lambda_models import Invocation
from localstack.utils.xray.trace_header import TraceHeader

from harness.overlays.core import invocation, patching
from harness.overlays.tenancy import asynchronous, patches

patching.apply(patches.__name__)


def queued(event):
    return SQSInvocation(event).encode()


event = Invocation(
    payload=b"{}", invoked_arn="arn", client_context=None, invocation_type="Event",
    invoke_time=datetime.now(), request_id="1", trace_context={"aws_trace_header": TraceHeader()},
)
invocation.tenant.set("ana")
accepted = queued(event)
print(asynchronous.tenant_in(accepted))

# The poller's thread: nothing is known but the message.
invocation.tenant.set(asynchronous.tenant_in(accepted))
retried = SQSInvocation.decode(accepted)
print(asynchronous.tenant_in(retried.encode()))

invocation.tenant.set(None)
print(asynchronous.tenant_in(SQSInvocation.decode(accepted).encode()))
"""


def test_a_retry_is_written_for_the_same_tenant(in_emulator_python):
    assert in_emulator_python(QUEUED_TWICE).split() == ["ana", "ana", "None"]
