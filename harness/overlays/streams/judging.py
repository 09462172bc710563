"""Operations of Kinesis that the service's model judges before they run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.kinesis import ValidationException

from harness.overlays.core.constraints import message_for

Members = dict[str, Any]
Operation = Callable[[Any, RequestContext, Members], Any]


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register a method as the operation of a name, called with the members of valid requests.

    A request that the model doesn't allow is refused with a `ValidationException`.
    """

    def decorated(method: Operation) -> Operation:
        @handler(name, expand=False)  # type: ignore[untyped-decorator]
        @functools.wraps(method)
        def judged(self: Any, context: RequestContext, request: Members) -> Any:
            members = {member: value for member, value in request.items() if value is not None}
            if message := message_for(context.operation.input_shape, members):
                raise ValidationException(message)
            return method(self, context, members)

        return judged  # type: ignore[no-any-return]

    return decorated
