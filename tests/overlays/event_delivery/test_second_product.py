"""The API of EventBridge's other product is refused by name."""

from __future__ import annotations

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.overlays.event_delivery.second_product import is_meant


def signed_for(service):
    request = AWSRequest("POST", "http://127.0.0.1/", data="{}")
    SigV4Auth(Credentials("111111111111", "secret"), service, "us-east-1").add_auth(request)
    return dict(request.headers)


@pytest.mark.parametrize("service", ["eventbridgev2", "eventsv2"])
def test_its_requests_are_refused(emulator, service):
    url = emulator.endpoint_url
    answer = httpx.post(url, headers=signed_for(service), content="{}", timeout=30)
    assert answer.status_code == 501
    assert answer.json()["__type"] == "NotImplemented"
    assert "eventbridgev2" in answer.json()["message"]


@pytest.mark.parametrize("service", ["events", "sqs", "s3"])
def test_other_requests_arent(service):
    assert not is_meant(signed_for(service), "eventsv2.us-east-1.amazonaws.com")


def test_without_a_signature_the_host_says_it():
    assert is_meant({}, "eventbridgev2.us-east-1.amazonaws.com")
    assert not is_meant({}, "127.0.0.1:4566")
