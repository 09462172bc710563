"""Runs AWS's conformance requirements of durable executions on an emulator of its own.

    uv run python -m tests.conformance.durable [--package WHEEL] [--only 4-11 …] [--write]

`--write` puts the table of what holds into the overlay's README.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from harness.targets.embedded import Embedded

from . import requirements, table
from .catalogue import EXCEPTIONS, SUITES
from .runner import Runner


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--package", type=Path, help="the package's wheel; fetched when absent")
    parser.add_argument("--only", nargs="+", default=[], help="ids of requirements")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    arguments = parser.parse_args()
    handlers = {number: handler for suite in SUITES.values() for number, handler in suite.items()}
    with tempfile.TemporaryDirectory() as folder:
        found = requirements.read(
            requirements.unpacked(arguments.package, Path(folder)), list(SUITES)
        )
    wanted = [each for each in found if each.id in (arguments.only or handlers)]
    target = Embedded(reuse=False)
    target.start()
    try:
        account = target.new_account()
        runner = Runner(
            lambda service: target.client(service, account=account), target.endpoint_url
        )
        results = []
        for result in runner.run(wanted, handlers):
            results.append(result)
            print(f"{'holds' if result.passed else 'FAILS'}  {result.requirement.id:5}", end="")
            print(f"  {result.requirement.title}")
            for problem in result.problems:
                print(f"         {problem}")
    finally:
        target.stop()
    held = sum(result.passed for result in results)
    print(f"{held} of {len(results)} hold.")
    if arguments.write:
        table.write(results)
    unexplained = [
        result
        for result in results
        if not result.passed and result.requirement.id not in EXCEPTIONS
    ]
    return 1 if unexplained or len(results) < len(wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
