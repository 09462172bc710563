"""What can go wrong with a request, in the shapes that AWS gives it.

Source of the shapes: https://smithy.io/2.0/aws/protocols/index.html (where an error says its code),
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html (its words) and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (S3's own).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from .operations import Operation

Code = tuple[int, str]


@dataclass(frozen=True)
class Answer:
    """A response; one with the status 0 is none: the connection ends without."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


LOST: Final = Answer(0)


@dataclass(frozen=True)
class Caller:
    """Who signed a request."""

    account: str
    arn: str


@dataclass(frozen=True)
class Refusal:
    """An error in the codes that it has in each protocol, and its words.

    Attributes:
        query: Status and code where the request is a form.
        json: Where it names its operation in a header; the status is 400 in nearly all.
        rest: Where it is a path, of which errors are JSON.
        s3: Status and code of S3.
        words: The message; may name `{caller}` and `{action}`.
    """

    query: Code
    json: Code
    rest: Code
    s3: Code
    words: str
    s3_words: str = ""

    def answer(self, operation: Operation, caller: Caller) -> Answer:
        """Word it for one request."""
        action = f"{operation.service}:{operation.name}"
        words = self.s3_words if operation.service == "s3" and self.s3_words else self.words
        return self._shaped(operation, words.format(caller=caller.arn, action=action))

    def _shaped(self, operation: Operation, words: str) -> Answer:
        request_id = str(uuid.uuid4())
        if operation.service == "s3":
            status, code = self.s3
            body = (
                f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code>'
                f"<Message>{escape(words)}</Message><RequestId>{request_id}</RequestId></Error>"
            )
            return _answer(status, "application/xml", body, request_id)
        if operation.protocol == "query":
            status, code = self.query
            body = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
                f"<Message>{escape(words)}</Message></Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>"
            )
            return _answer(status, "text/xml", body, request_id)
        if operation.protocol.startswith("rest"):
            status, code = self.rest
            body = json.dumps({"Message": words})
            answer = _answer(status, "application/json", body, request_id)
            return Answer(answer.status, (*answer.headers, ("x-amzn-ErrorType", code)), answer.body)
        status, code = self.json
        body = json.dumps({"__type": code, "message": words})
        answer = _answer(status, "application/x-amz-json-1.1", body, request_id)
        return Answer(answer.status, (*answer.headers, ("x-amzn-ErrorType", code)), answer.body)


THROTTLED: Final = Refusal(
    query=(400, "Throttling"),
    json=(400, "ThrottlingException"),
    rest=(429, "TooManyRequestsException"),
    s3=(503, "SlowDown"),
    words="Rate exceeded",
    s3_words="Please reduce your request rate.",
)
DENIED: Final = Refusal(
    query=(403, "AccessDenied"),
    json=(400, "AccessDeniedException"),
    rest=(403, "AccessDeniedException"),
    s3=(403, "AccessDenied"),
    words="User: {caller} is not authorized to perform: {action} because no identity-based policy "
    "allows the {action} action",
)
EXPIRED: Final = Refusal(
    query=(403, "ExpiredToken"),
    json=(400, "ExpiredTokenException"),
    rest=(403, "ExpiredTokenException"),
    s3=(400, "ExpiredToken"),
    words="The security token included in the request is expired",
    s3_words="The provided token has expired.",
)
UNKNOWN_KEY: Final = Refusal(
    query=(403, "InvalidClientTokenId"),
    json=(400, "UnrecognizedClientException"),
    rest=(403, "UnrecognizedClientException"),
    s3=(403, "InvalidAccessKeyId"),
    words="The security token included in the request is invalid.",
    s3_words="The AWS Access Key Id you provided does not exist in our records.",
)
UNSIGNED: Final = Answer(
    403,
    (("content-type", "application/json"), ("x-amzn-ErrorType", "MissingAuthenticationToken")),
    b'{"message":"Missing Authentication Token"}',
)


@dataclass
class Fault:
    """Something that goes wrong with some requests.

    Attributes:
        what: The refusal, or `LOST` for a connection that ends without an answer.
        on: Operations such as `cloudformation:CreateChangeSet`; `s3:*` for all of a service, `*`
            for all there are.
        after: How many such requests go well before.
        times: How many then don't; None for all.
    """

    what: Refusal | Answer
    on: Iterable[str] = ("*",)
    after: int = 0
    times: int | None = None
    seen: int = field(default=0, init=False)

    def strikes(self, operation: Operation) -> bool:
        """Say whether it hits a request, and count that."""
        names = {str(operation), f"{operation.service}:*", "*"}
        if names.isdisjoint(self.on):
            return False
        self.seen += 1
        past = self.seen - self.after
        return past > 0 and (self.times is None or past <= self.times)

    def answer(self, operation: Operation, caller: Caller) -> Answer:
        if isinstance(self.what, Refusal):
            return self.what.answer(operation, caller)
        return self.what


FaultOf = Callable[[Operation], Fault | None]


def _answer(status: int, kind: str, body: str, request_id: str) -> Answer:
    return Answer(status, (("content-type", kind), ("x-amzn-RequestId", request_id)), body.encode())
