"""The claims that scenarios verify: what they are, and what became of each in a run.

A claim is a sentence of an article. `claims.yaml` lists them by pattern, a test names the ones that
it asserts with `@pytest.mark.claim("pattern.claim")`, and the document of a run says for every
claim, tested or not, how it came out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from harness.errors import UsageProblem

FILE_NAME = "claims.yaml"


class Outcome(StrEnum):
    """What became of a test, or of a claim."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Claim:
    """One sentence of an article.

    Attributes:
        pattern: The pattern that the article describes; also the scenario's folder.
        name: The claim's name within its pattern.
        text: The sentence.
    """

    pattern: str
    name: str
    text: str

    @property
    def id(self) -> str:
        return f"{self.pattern}.{self.name}"


@dataclass(frozen=True)
class ClaimTest:
    """What a test says about the claims that it names.

    Attributes:
        test: pytest's node id.
        outcome: Passed, failed or skipped.
        reason: Why it failed or was skipped, in a line; empty when it passed.
        shard: Name of the shard that ran it, in a report joined from several.
    """

    test: str
    outcome: Outcome
    reason: str = ""
    shard: str = ""

    def as_json(self) -> dict[str, str]:
        document = {"test": self.test, "outcome": self.outcome.value}
        more = {"reason": self.reason, "shard": self.shard}
        return document | {name: text for name, text in more.items() if text}


@dataclass(frozen=True)
class ClaimResult:
    """A claim with the tests that named it in a run."""

    claim: Claim
    tests: tuple[ClaimTest, ...] = ()

    @property
    def outcome(self) -> Outcome:
        return merged(test.outcome for test in self.tests)


@dataclass(frozen=True)
class Claims:
    """The registry: every claim there is.

    Attributes:
        path: The file that they were read from.
        by_id: Claims by `pattern.claim`, in the file's order.
    """

    path: Path
    by_id: Mapping[str, Claim] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.by_id)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.by_id.values())

    def __contains__(self, claim_id: object) -> bool:
        return claim_id in self.by_id

    @property
    def patterns(self) -> list[str]:
        return list(dict.fromkeys(claim.pattern for claim in self))

    def near(self, claim_id: str) -> list[str]:
        """Return the ids that a misspelt one may have meant, the likeliest first."""
        found = difflib.get_close_matches(claim_id, self.by_id, n=3, cutoff=0.6)
        _, _, name = claim_id.rpartition(".")
        namesakes = [claim.id for claim in self if claim.name == name]
        return list(dict.fromkeys([*found, *namesakes]))[:3]

    def results(self, tests: Mapping[str, Iterable[ClaimTest]]) -> list[ClaimResult]:
        """Say of every claim what the tests of a run made of it.

        Args:
            tests: Tests by the id of a claim that they name.
        """
        return [ClaimResult(claim, tuple(tests.get(claim.id, ()))) for claim in self]


def merged(outcomes: Iterable[Outcome]) -> Outcome:
    """Return a claim's outcome from those of its tests.

    One failure fails it, and only tests that all passed prove it: a skipped case leaves the claim
    skipped, because what it would have shown is not known.
    """
    seen = set(outcomes)
    for outcome in (Outcome.FAILED, Outcome.SKIPPED, Outcome.PASSED):
        if outcome in seen:
            return outcome
    return Outcome.UNTESTED


def document_of(target: str, results: Iterable[ClaimResult]) -> dict[str, Any]:
    """Return the document of a run that `claims.json` holds."""
    return {
        "target": target,
        "claims": {
            result.claim.id: {
                "outcome": result.outcome.value,
                "tests": [test.as_json() for test in result.tests],
            }
            for result in results
        },
    }


def load_claims(path: Path) -> Claims:
    """Read a claims file: a mapping of patterns, each a mapping of claim names to sentences.

    Raises:
        UsageProblem: It is missing, isn't YAML, has another form, or names something twice; the
            message has file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise UsageProblem(
            f"The claims file {path} can't be read ({problem.strerror}).",
            "Name another one with --claims.",
        ) from problem
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        what = getattr(problem, "problem", None) or "unreadable"
        raise UsageProblem(f"{where} is not YAML: {what}.", "Correct that line.") from problem
    claims: dict[str, Claim] = {}
    for pattern, names in _entries(path, root):
        for name, sentence in _entries(path, names):
            if not isinstance(sentence, yaml.ScalarNode) or not sentence.value:
                raise _malformed(path, sentence, f'the claim "{pattern}.{name}" has no sentence')
            claims[f"{pattern}.{name}"] = Claim(pattern, name, sentence.value)
    return Claims(path, claims)


def _entries(path: Path, node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    """Walk a mapping of YAML's node tree, which still knows lines and duplicates."""
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        raise _malformed(path, node, "a mapping is expected here")
    first_lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _malformed(path, key, "a name is expected here")
        if key.value in first_lines:
            raise _malformed(
                path, key, f'"{key.value}" is there already, in line {first_lines[key.value]}'
            )
        first_lines[key.value] = line
        yield key.value, value


def _malformed(path: Path, node: yaml.Node, problem: str) -> UsageProblem:
    return UsageProblem(
        f"{path}:{node.start_mark.line + 1}: {problem}.",
        "The file maps patterns to claims, and each claim to its sentence.",
    )
