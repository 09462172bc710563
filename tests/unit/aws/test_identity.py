"""Before anything else is sent: who calls, and whether that account may be used."""

from __future__ import annotations

import pytest

from harness.errors import HarnessError, UsageProblem
from harness.targets.aws.identity import IdentityRefused
from harness.targets.aws.problems import CredentialsProblem, NetworkProblem
from harness.targets.aws.production import ProductionRefused

from .conftest import ACCOUNT, SECOND, USER, Answer, json_error, query_error


def test_a_caller_of_the_named_account_may_start(target, fake):
    aws = target()
    aws.start()
    assert aws.describe()["callers"] == [USER]
    assert fake.operations == ["GetCallerIdentity", "ListAccountAliases", "ListTagsForResource"]


def test_credentials_for_another_account_are_refused_by_both_names(target, fake):
    fake.caller(SECOND, f"arn:aws:iam::{SECOND}:user/dev")
    with pytest.raises(IdentityRefused) as refusal:
        target().start()
    assert refusal.value.problem == (
        f"The credentials are for the account {SECOND} (arn:aws:iam::{SECOND}:user/dev), and "
        f"--aws-account names {ACCOUNT}."
    )
    assert fake.operations == ["GetCallerIdentity"]


def test_the_root_user_is_refused(target, fake):
    fake.caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    with pytest.raises(IdentityRefused, match="root user of 111122223333 are not used"):
        target().start()
    assert fake.operations == ["GetCallerIdentity"]


def test_the_second_profile_has_to_be_for_another_account(target):
    with pytest.raises(UsageProblem, match='is that of the profile "partner" as well'):
        target(second_profile="partner").start()


def test_the_second_account_is_checked_like_the_first(target, fake):
    first = fake.answers["GetCallerIdentity"]
    fake.caller(SECOND, f"arn:aws:iam::{SECOND}:root")
    fake.answers["GetCallerIdentity"] = [first, fake.answers["GetCallerIdentity"]]
    with pytest.raises(IdentityRefused, match=f"root user of {SECOND}"):
        target(second_profile="partner").start()


@pytest.mark.parametrize("alias", ["shop-prod", "PRODUCTION", "prod"])
def test_an_alias_marks_production(target, fake, alias):
    fake.aliases(alias)
    with pytest.raises(ProductionRefused, match=f'by its alias "{alias}"'):
        target().start()


def test_an_alias_that_cant_be_read_is_refused_and_says_so(target, fake):
    fake.answers["ListAccountAliases"] = query_error("AccessDenied", "User may not", 403)
    with pytest.raises(ProductionRefused) as refusal:
        target().start()
    assert "its alias can't be read (User may not)" in refusal.value.problem
    assert "accounts-without-readable-alias" in refusal.value.remedy


def test_an_account_may_be_excepted_from_a_readable_alias(target, fake, tmp_path):
    fake.answers["ListAccountAliases"] = query_error("AccessDenied", "User may not", 403)
    _configure(tmp_path, f'accounts-without-readable-alias = ["{ACCOUNT}"]')
    target().start()


def test_a_tag_of_the_organization_marks_production(target, fake):
    fake.answers["ListTagsForResource"] = Answer(
        {"Tags": [{"Key": "Environment", "Value": "production"}]}
    )
    with pytest.raises(ProductionRefused, match="by its tag Environment=production"):
        target().start()


def test_tags_that_the_project_asks_for_have_to_be_readable(target, fake, tmp_path):
    fake.answers["ListTagsForResource"] = json_error("AccessDeniedException", "not from here")
    target().start()  # by default they needn't

    _configure(tmp_path, 'production-tags = {tier = "live"}')
    with pytest.raises(ProductionRefused, match=r"its tags can't be read \(not from here\)"):
        target().start()


def test_a_project_may_list_its_production_accounts(target, fake, tmp_path):
    _configure(tmp_path, f'production-accounts = ["{ACCOUNT}"]')
    with pytest.raises(ProductionRefused, match=r"pyproject\.toml lists it"):
        target().start()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("production-account = []", 'has an unknown key "production-account"'),
        ('production-accounts = ["12"]', 'names the account "12"'),
        ("production-tags = 1", "production-tags isn't a table"),
        ('production-aliases = "x"', "production-aliases isn't a list of texts"),
    ],
)
def test_a_configuration_that_isnt_understood_is_refused(target, tmp_path, line, said):
    _configure(tmp_path, line)
    with pytest.raises(UsageProblem, match=said):
        target()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ExpiredToken", "AWS says that the credentials have expired"),
        ("InvalidClientTokenId", "AWS doesn't know the credentials"),
        ("SignatureDoesNotMatch", "AWS doesn't know the credentials"),
    ],
)
def test_credentials_that_aws_does_not_take(target, fake, code, said):
    fake.answers["GetCallerIdentity"] = query_error(code, "no", 403)
    with pytest.raises(CredentialsProblem) as problem:
        target().start()
    assert said in problem.value.problem
    assert 'the profile "dev"' in problem.value.problem


def test_missing_credentials(target, fake, monkeypatch):
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    with pytest.raises(CredentialsProblem, match="There are no AWS credentials"):
        target().start()
    assert fake.operations == []


def test_a_network_that_is_gone(target, monkeypatch):
    aws = target
    monkeypatch.setenv("HARNESS_AWS_STAND_IN", "https://127.0.0.1:1")
    with pytest.raises(NetworkProblem, match="AWS can't be reached"):
        aws().start()


def test_throttling_that_does_not_end(target, fake):
    fake.answers["GetCallerIdentity"] = query_error("Throttling", "Rate exceeded")
    with pytest.raises(HarnessError, match="AWS throttled asking who calls") as problem:
        target().start()
    assert "fewer workers" in problem.value.remedy


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"profile": "deb"}, 'There is no AWS profile "deb". Did you mean "dev"?'),
        ({"profile": "nowhere"}, 'No region was named, and the profile "nowhere" has none.'),
        ({"account": ""}, "--target aws alone doesn't reach an AWS account."),
    ],
)
def test_what_is_wrong_on_this_machine_is_said_before_anything_is_sent(target, fake, options, said):
    with pytest.raises(UsageProblem) as problem:
        target(**options)
    assert str(problem.value).startswith(said)
    assert fake.operations == []


def test_an_endpoint_of_the_environment_is_not_taken_for_aws(target, fake, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("HARNESS_AWS_STAND_IN")
    aws = target()
    aws._access.callers[ACCOUNT] = object()
    assert aws.endpoint_url == "https://sts.us-east-1.amazonaws.com"
    assert aws.client("s3").meta.endpoint_url == "https://s3.us-east-1.amazonaws.com"


def test_a_stand_in_is_never_called_aws(target):
    assert target().name == "aws-stand-in"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4640", "https://example.com", "https://10.0.0.1:1"]
)
def test_a_stand_in_is_https_on_this_machine(target, monkeypatch, url):
    monkeypatch.setenv("HARNESS_AWS_STAND_IN", url)
    with pytest.raises(UsageProblem, match="isn't an https address on this machine"):
        target()


def _configure(folder, line):
    (folder / "pyproject.toml").write_text(f"[tool.aws-pattern-harness]\n{line}\n")
