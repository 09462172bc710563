"""What a user can cause and repair, said in one sentence with its remedy."""

from __future__ import annotations

from typing import ClassVar


class HarnessError(Exception):
    """The problem in one sentence, and the remedy in another.

    `harness.cli` prints it and exits with `exit_code`; `harness.plugin` turns it into
    pytest's own usage error or failure. Long evidence (a log tail, stack events) goes into a
    note (`add_note`), never into the sentence.

    Args:
        problem: What is wrong, as a sentence.
        remedy: What the reader can do about it, as a sentence.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)  # both, so that it survives pickling
        self.problem, self.remedy = problem, remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class UsageProblem(HarnessError):
    """The caller asked for something that doesn't exist or doesn't fit together."""

    exit_code = 2


class MissingRequirement(HarnessError):
    """The machine lacks something: Docker, an interpreter, a permission, a free port."""

    exit_code = 3


class DeploymentFailed(HarnessError):
    """A stack could not be created, updated or deleted."""
