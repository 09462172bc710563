"""Running the command in this process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.cli import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    out: str
    err: str
    exit_code: int


@pytest.fixture
def harness(capsys):
    """Run `harness ARGUMENTS…` as the console script does."""

    def run(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        printed = capsys.readouterr()
        code = end.value.code
        return Said(printed.out, printed.err, code if isinstance(code, int) else 0)

    return run
