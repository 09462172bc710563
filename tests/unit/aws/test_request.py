"""The options of a run on AWS: what goes together, and what is no account or region."""

from __future__ import annotations

import pytest

from harness.errors import UsageProblem
from harness.targets.aws.request import HARNESS, PYTEST, AwsRequest, aws_request

ACCOUNT = "111122223333"


def asked(names=PYTEST, **given):
    nothing = dict.fromkeys(
        ("target", "account", "profile", "second_profile", "region", "second_region")
    )
    return aws_request(names, **{**nothing, "real_aws": False, "yes": False, **given})


def test_without_the_flag_there_is_no_request():
    assert asked() is None
    assert asked(target="container") is None


def test_everything_can_be_named():
    given = {"profile": "a", "second_profile": "b", "region": "eu-west-1"}
    request = asked(real_aws=True, account=ACCOUNT, second_region="us-east-1", **given)
    assert request == AwsRequest(ACCOUNT, "a", "b", "eu-west-1", "us-east-1")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"target": "aws"}, "--target aws alone doesn't reach an AWS account"),
        ({"account": ACCOUNT}, "--aws-account goes with --real-aws, which isn't there"),
        ({"profile": "a", "yes": True}, "--aws-profile and --aws-yes go with --real-aws"),
        ({"second_region": "us-east-1"}, "--aws-second-region goes with --real-aws"),
        ({"real_aws": True}, "--real-aws doesn't say which account may be used"),
        ({"real_aws": True, "account": "12345678901"}, "isn't an account id"),
        ({"real_aws": True, "account": "12345678901a"}, "isn't an account id"),
        ({"real_aws": True, "account": "١٢٣٤٥٦٧٨٩٠١٢"}, "isn't an account id"),
        ({"real_aws": True, "account": ACCOUNT, "target": "container"}, "two places to run in"),
        ({"real_aws": True, "account": ACCOUNT, "region": "us-est-1"}, '"us-est-1" is no region'),
        (
            {"real_aws": True, "account": ACCOUNT, "profile": "a", "second_profile": "a"},
            'are both "a"',
        ),
        (
            {
                "real_aws": True,
                "account": ACCOUNT,
                "region": "us-east-1",
                "second_region": "us-east-1",
            },
            "are both us-east-1",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_what_does_not_go_together_is_refused(given, said):
    with pytest.raises(UsageProblem, match=said):
        asked(**given)


def test_the_options_are_named_as_the_command_spells_them():
    with pytest.raises(UsageProblem, match="--profile goes with --real-aws"):
        asked(HARNESS, profile="a")


def test_a_region_of_another_partition_is_known():
    assert asked(real_aws=True, account=ACCOUNT, region="cn-north-1") is not None
