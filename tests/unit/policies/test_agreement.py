"""Our decisions on generated policies are those of an independent evaluator.

`benchmarks/access/agreement.py --cases 2000 --record` recorded its verdicts.
"""

from __future__ import annotations

import json
from pathlib import Path

from .asking import verdict_of
from .generated import cases

RECORDED = json.loads((Path(__file__).parent / "verdicts.json").read_text())


def test_generated_policies_are_decided_as_an_independent_evaluator_decides_them():
    verdicts = RECORDED["verdicts"]
    differing = [
        (case, ours)
        for case, theirs in zip(cases(RECORDED["seed"], len(verdicts)), verdicts, strict=True)
        if (ours := verdict_of(case))[0] != theirs
    ]
    assert not differing
