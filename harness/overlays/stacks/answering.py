"""The `cfn-response` module that CloudFormation adds to functions with inline code.

The response URL is plain HTTP on loopback; the Node.js edition would speak TLS to it.
"""

from __future__ import annotations

from typing import Final

from localstack.services.lambda_.resource_providers import aws_lambda_function

_TLS_ALWAYS: Final = 'var https = require("https");'
_AS_THE_URL_SAYS: Final = (
    'var https = require(event.ResponseURL.startsWith("https:") ? "https" : "http");'
)


def let_node_answer_over_http() -> None:
    """Have the Node.js module choose its client by the URL.

    Raises:
        RuntimeError: Upstream's module isn't the one that was read.
    """
    source = aws_lambda_function.NODEJS_CFN_RESPONSE_CONTENT
    if _TLS_ALWAYS not in source:
        raise RuntimeError("LocalStack's cfn-response for Node.js has changed: read it.")
    aws_lambda_function.NODEJS_CFN_RESPONSE_CONTENT = source.replace(_TLS_ALWAYS, _AS_THE_URL_SAYS)
