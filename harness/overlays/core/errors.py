"""AWS-shaped errors for operations whose LocalStack API lacks the class."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import ServiceModel
from localstack.aws.api import CommonServiceException


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def aws_error(service: str, shape: str, message: str, **members: object) -> CommonServiceException:
    """Build an error of a service from botocore's own model of it.

    Args:
        service: botocore's service name, such as `lambda`.
        shape: Name of the exception's shape, such as `TooManyRequestsException`.
        message: Text for the caller, as AWS words it.
        members: Further members of the shape.

    Raises:
        KeyError: The service has no such exception.
    """
    model = _model(service).shape_for(shape)
    if not model.metadata.get("exception"):
        raise KeyError(f"{service} has no exception {shape}")
    error = model.metadata.get("error", {})
    exception = CommonServiceException(
        code=error.get("code", shape),
        message=message,
        status_code=error.get("httpStatusCode", 400),
        sender_fault=error.get("senderFault", True),
    )
    for name, value in members.items():
        if name not in model.members:
            raise KeyError(f"{shape} has no member {name}")
        setattr(exception, name, value)
    return exception
