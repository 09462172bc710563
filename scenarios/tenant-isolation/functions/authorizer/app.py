"""Verifies a signed token (JWT, HS256) and passes its tenant claim on to the API's mappings."""

import base64
import hashlib
import hmac
import json
import os


def handler(event, context):
    claims = verified_claims(event["authorizationToken"].removeprefix("Bearer "))
    return {
        "principalId": claims["sub"],
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": event["methodArn"],
                }
            ],
        },
        "context": {"tenant": claims["tenant"]},
    }


def verified_claims(token):
    """Return a token's claims.

    Raises:
        Exception: With the one text that API Gateway answers with 401.
    """
    try:
        signed, _, signature = token.rpartition(".")
        expected = hmac.digest(os.environ["SIGNING_KEY"].encode(), signed.encode(), hashlib.sha256)
        if hmac.compare_digest(decoded(signature), expected):
            return json.loads(decoded(signed.partition(".")[2]))
    except ValueError:
        pass  # not a token at all
    raise Exception("Unauthorized")


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
