"""Accounts that no test may touch: marked as production by id, alias, or tag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError

from .configuration import FILE, TABLE, Configuration
from .problems import message_of, of_access

_ELSEWHERE: Final = "Name an account that is meant for tests."


class ProductionRefused(HarnessError):
    """An account is marked as production, or can't be told from one."""

    exit_code = 2


def refuse_production(session: Any, account: str, rules: Configuration, profile: str = "") -> None:
    """Refuse an account that is production's, or may be.

    Asks IAM for the account's alias and, where they answer, AWS Organizations for its tags.

    Args:
        session: A session with credentials for the account.
        account: Its id.
        rules: What the project says about production.
        profile: Whose credentials they are, for errors.

    Raises:
        ProductionRefused: A rule marks it, or what a rule needs can't be read.
    """
    if account in rules.accounts:
        raise ProductionRefused(
            f"The account {account} is production: {rules.file} lists it.", _ELSEWHERE
        )
    if rules.aliases:
        aliases = _aliases(session, account, rules, profile)
        if (alias := marked_alias(aliases, rules.aliases)) is not None:
            raise ProductionRefused(
                f'The account {account} is marked as production by its alias "{alias}".', _ELSEWHERE
            )
    if rules.tags:
        tags = _tags(session, account, rules, profile)
        if (key := marked_tag(tags, rules.tags)) is not None:
            raise ProductionRefused(
                f"The account {account} is marked as production by its tag {key}={tags[key]}.",
                _ELSEWHERE,
            )


def marked_alias(aliases: Sequence[str], patterns: Sequence[str]) -> str | None:
    """Return the first alias that a pattern fits."""
    for alias in aliases:
        if any(fnmatchcase(alias.lower(), pattern.lower()) for pattern in patterns):
            return alias
    return None


def marked_tag(tags: Mapping[str, str], patterns: Mapping[str, str]) -> str | None:
    """Return the first key of a tag whose value a pattern fits."""
    wanted = {key.lower(): pattern.lower() for key, pattern in patterns.items()}
    for key, value in tags.items():
        pattern = wanted.get(key.lower())
        if pattern is not None and fnmatchcase(value.lower(), pattern):
            return key
    return None


def _aliases(session: Any, account: str, rules: Configuration, profile: str) -> list[str]:
    try:
        answer = session.client("iam").list_account_aliases()
    except (ClientError, BotoCoreError) as problem:
        if said := of_access(problem, profile):
            raise said from problem
        if account in rules.unreadable_alias_is_fine:
            return []
        raise ProductionRefused(
            f"Whether the account {account} is production can't be told: its alias can't be read "
            f"({message_of(problem)}).",
            "Allow the caller iam:ListAccountAliases, or list the account under "
            f"accounts-without-readable-alias in {FILE}, [tool.{TABLE}].",
        ) from problem
    return list(answer["AccountAliases"])


def _tags(session: Any, account: str, rules: Configuration, profile: str) -> dict[str, str]:
    # Organizations answers in the management account and to delegated administrators alone.
    try:
        answer = session.client("organizations").list_tags_for_resource(ResourceId=account)
    except (ClientError, BotoCoreError) as problem:
        if said := of_access(problem, profile):
            if rules.requires_tags:
                raise said from problem
            return {}
        if not rules.requires_tags:
            return {}
        raise ProductionRefused(
            f"Whether the account {account} is production can't be told: its tags can't be read "
            f"({message_of(problem)}).",
            "Allow the caller organizations:ListTagsForResource, or take production-tags out of "
            f"{rules.file}.",
        ) from problem
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}
