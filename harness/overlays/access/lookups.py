"""ARNs of resources that only their service can tell: keys by alias, roles with path, secrets."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from .forms import execution_of
from .operations import names
from .operations.arns import Lookup, Parameters, Place
from .stores import iam_store, moto_backend, store_of


def lookup_for(prefix: str) -> Lookup | None:
    """Return who knows the resources of a service's actions beyond their formats."""
    return _LOOKUPS.get(prefix) or names.BY_PREFIX.get(prefix)


def key_arn(identifier: str, place: Place) -> str:
    """Return the ARN of a KMS key by its id, ARN, alias or alias ARN.

    One that isn't there is taken for a key's id.
    """
    account, region, name = place.account, place.region, identifier
    if identifier.startswith("arn:"):
        _, _, _, region, account, name = identifier.split(":", 5)
    if name.startswith("alias/"):
        store = store_of("localstack.services.kms.models", "kms_stores", account, region)
        alias = store.aliases.get(name) if store else None
        name = alias.metadata["TargetKeyId"] if alias else name
        if name.startswith("arn:"):
            return name
    elif name.startswith("key/"):
        name = name.removeprefix("key/")
    return f"arn:{place.partition}:kms:{region}:{account}:key/{name}"


def _kms(kind: str, parameters: Parameters, place: Place) -> str | None:
    if kind == "alias":
        name = parameters.get("AliasName")
        return f"arn:{place.partition}:kms:{place.region}:{place.account}:{name}" if name else None
    identifier = parameters.get("KeyId") or parameters.get("TargetKeyId")
    if identifier is None and (blob := parameters.get("CiphertextBlob")):
        identifier = _key_of(blob)
    if identifier is None and (token := parameters.get("GrantToken")):
        return _key_of_grant(token)
    if identifier is None and (name := parameters.get("AliasName")):
        identifier = name
    return key_arn(identifier, place) if identifier else None


def _key_of(blob: Any) -> str | None:
    """Return the id or ARN of the key that something was encrypted with: it says so itself."""
    from localstack.services.kms.models import deserialize_ciphertext_blob

    try:
        content = base64.b64decode(blob) if isinstance(blob, str) else bytes(blob)
        return str(deserialize_ciphertext_blob(content).key_id)
    except (ValueError, UnicodeDecodeError, binascii.Error):
        return None


def _key_of_grant(token: str) -> str | None:
    """Return the ARN of the key that a grant token's grant is for; the token says where it is."""
    try:
        account, region, _ = base64.b64decode(token).decode().split(":", 2)
    except (ValueError, UnicodeDecodeError):
        return None
    store = store_of("localstack.services.kms.models", "kms_stores", account, region)
    grant = store.grants.get(store.grant_tokens.get(token)) if store else None
    return str(grant.metadata["KeyArn"]) if grant else None


def _iam(kind: str, parameters: Parameters, place: Place) -> str | None:
    kinds = {
        "role": ("RoleName", "ROLES", "role"),
        "user": ("UserName", "USERS", "user"),
        "group": ("GroupName", "GROUPS", "group"),
        "instance-profile": ("InstanceProfileName", "INSTANCE_PROFILES", "instance_profile"),
    }
    path = parameters.get("Path") or "/"
    home = f"arn:{place.partition}:iam::{place.account}"
    if (
        kind == "policy"
        and (name := parameters.get("PolicyName"))
        and "PolicyArn" not in parameters
    ):
        return f"{home}:policy{path}{name}"
    if kind == "role" and (linked := parameters.get("AWSServiceName")):
        return f"{home}:role/aws-service-role/{linked}/*"
    if kind not in kinds:
        return None
    parameter, table, member = kinds[kind]
    name = parameters.get(parameter)
    if not name:
        return None
    store = iam_store(place.account)
    if store and (entity := getattr(store, table).get(name)):
        return str(getattr(entity, member)["Arn"])
    return f"{home}:{kind}{path}{name}"


def _secret(kind: str, parameters: Parameters, place: Place) -> str | None:
    if kind.lower() != "secret":
        return None
    given = parameters.get("SecretId")
    home = f"arn:{place.partition}:secretsmanager:{place.region}:{place.account}:secret"
    if not given:
        # A new one's last six characters aren't known yet.
        return f"{home}:{parameters['Name']}-*" if parameters.get("Name") else None
    account, region, name = place.account, place.region, given
    if given.startswith("arn:"):
        _, _, _, region, account, resource = given.split(":", 5)
        name = resource.removeprefix("secret:")
    backend = moto_backend("secretsmanager", account, region)
    for secret in list(backend.secrets.values()) if backend else ():
        if name == secret.name or secret.arn.split(":", 6)[6] == name:
            return str(secret.arn)
        if given.startswith("arn:") and secret.arn.startswith(f"{given}-"):
            return str(secret.arn)
    return given if given.startswith("arn:") else f"{home}:{given}-*"


def _stack(kind: str, parameters: Parameters, place: Place) -> str | None:
    name = parameters.get("StackName")
    if kind != "stack" or not name:
        return None
    if name.startswith("arn:"):
        return str(name)
    home = f"arn:{place.partition}:cloudformation:{place.region}:{place.account}"
    return f"{home}:stack/{name}/*"


def _lambda(kind: str, parameters: Parameters, place: Place) -> str | None:
    if kind == "durable execution" and (callback := parameters.get("CallbackId")):
        return execution_of(str(callback))
    return names.function(kind, parameters, place)


_LOOKUPS: Final[dict[str, Callable[[str, Parameters, Place], str | None]]] = {
    "cloudformation": _stack,
    "iam": _iam,
    "kms": _kms,
    "lambda": _lambda,
    "secretsmanager": _secret,
}
