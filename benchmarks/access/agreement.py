"""How often our evaluation of policies agrees with an independent one.

The other one is @cloud-copilot/iam-simulate, which runs on Node; npm installs it, as locked.

    uv run python benchmarks/access/agreement.py --cases 20000
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.unit.policies.asking import verdict_of  # noqa: E402
from tests.unit.policies.generated import Case, cases  # noqa: E402

RECORDED = ROOT / "tests" / "unit" / "policies" / "verdicts.json"


def main() -> int:
    """Ask both, print how they agree, and show the first cases where they don't."""
    options = argparse.ArgumentParser(description="Compare policy evaluations.")
    options.add_argument("--cases", type=int, default=20000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--show", type=int, default=3, help="disagreements to print")
    options.add_argument("--record", action="store_true", help=f"write {RECORDED.name}")
    asked = options.parse_args()
    wanted = list(cases(asked.seed, asked.cases))
    theirs = their_verdicts(wanted)
    if asked.record:
        verdicts = "".join(answer["result"][0] for answer in theirs)
        RECORDED.write_text(json.dumps({"seed": asked.seed, "verdicts": verdicts}) + "\n")
    refused = [answer["error"] for answer in theirs if "error" in answer]
    compared = [
        (case, verdict_of(case), answer["result"])
        for case, answer in zip(wanted, theirs, strict=True)
        if "error" not in answer
    ]
    differing = [entry for entry in compared if entry[1] != entry[2]]
    for (one, other), count in sorted(Counter((b, c) for _, b, c in compared).items()):
        print(f"{one:18} {other:18} {count:7}")
    print(
        f"seed {asked.seed}: {len(compared) - len(differing)} of {len(compared)} agree; "
        f"{len(refused)} cases were refused by the other evaluator"
    )
    for reason in refused[: asked.show]:
        print(reason)
    for case, one, other in differing[: asked.show]:
        told = {name: value for name, value in dataclasses.asdict(case).items() if value}
        print(json.dumps(told), "ours:", one, "theirs:", other)
    return 1 if differing else 0


def their_verdicts(wanted: list[Case]) -> list[dict[str, Any]]:
    """Return the other evaluator's decisions."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not (npm and node):
        raise SystemExit("This needs Node and npm on the PATH.")
    if not (HERE / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    answer = subprocess.run(
        [node, "oracle.mjs"],
        cwd=HERE,
        check=True,
        capture_output=True,
        input=json.dumps([dataclasses.asdict(case) for case in wanted]).encode(),
    )
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
