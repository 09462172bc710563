"""The document that `run.json` holds: a run written down, and read back with suspicion.

A report may come from another machine, through an artifact store: what it holds is checked by type
before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from harness.claims import Outcome
from harness.observe.durable.document import MalformedTimeline, as_document, from_document

from .model import JoinedShard, ModuleExecutions, Run, RunTest, Section, Shard

T = TypeVar("T")


class Malformed(ValueError):
    """A document that no run was written to; the message says where it goes wrong."""


def as_json(run: Run) -> dict[str, Any]:
    """Return the document of a run."""
    # Timelines write themselves down.
    document = asdict(replace(run, executions=()))
    document |= {"started": run.started.isoformat(), "duration": run.duration.total_seconds()}
    for test in document["tests"]:
        test |= {
            "outcome": str(test["outcome"]),
            "started": test["started"].isoformat(),
            "setup": test["setup"].total_seconds(),
            "duration": test["duration"].total_seconds(),
        }
    for shard in document["shards"]:
        shard |= {
            "started": shard["started"].isoformat(),
            "duration": shard["duration"].total_seconds(),
        }
    document["executions"] = [_executions_document(one) for one in run.executions]
    return document


def executions_from(document: Any) -> ModuleExecutions:
    """Read back what a module's executions were written down as.

    Raises:
        Malformed: Something is missing or of another type.
    """
    try:
        members = _of(dict, document)
        return ModuleExecutions(
            module=_of(str, members["module"]),
            timelines=tuple(from_document(one) for one in _of(list, members["timelines"])),
            more=_of(int, members["more"]),
            problem=_of(str, members["problem"]),
        )
    except MalformedTimeline as problem:
        raise Malformed(f"a timeline is none: {problem}") from problem


def from_json(document: Any) -> Run:
    """Read a run back from its document.

    Raises:
        Malformed: Something is missing or of another type.
    """
    try:
        return _run(_of(dict, document))
    except (KeyError, OverflowError, TypeError, ValueError) as problem:
        missing = isinstance(problem, KeyError)
        raise Malformed(f"{problem} is missing" if missing else str(problem)) from problem


def _run(document: dict[str, Any]) -> Run:
    shard = document["shard"]
    return Run(
        target=_of(str, document["target"]),
        started=_moment(document["started"]),
        duration=_seconds(document["duration"]),
        tests=tuple(_test(test) for test in _dicts(document["tests"])),
        problems=_sections(document["problems"]),
        description=_of(dict, document["description"]),
        harness=_of(str, document["harness"]),
        shard=None if shard is None else _shard(_of(dict, shard)),
        shards=tuple(_joined(shard) for shard in _dicts(document["shards"])),
        # Reports of earlier versions have none.
        executions=tuple(executions_from(one) for one in _of(list, document.get("executions", []))),
    )


def _executions_document(executions: ModuleExecutions) -> dict[str, Any]:
    return {
        "module": executions.module,
        "timelines": [as_document(timeline) for timeline in executions.timelines],
        "more": executions.more,
        "problem": executions.problem,
    }


def _test(document: dict[str, Any]) -> RunTest:
    return RunTest(
        id=_of(str, document["id"]),
        outcome=Outcome(document["outcome"]),
        started=_moment(document["started"]),
        setup=_seconds(document["setup"]),
        duration=_seconds(document["duration"]),
        worker=_of(str, document["worker"]),
        claims=_texts(document["claims"]),
        reason=_of(str, document["reason"]),
        lacks=_texts(document["lacks"]),
        failure=_of(str, document["failure"]),
        sections=_sections(document["sections"]),
        shard=_of(str, document["shard"]),
    )


def _shard(document: dict[str, Any]) -> Shard:
    names = ("index", "count", "tests", "suite_tests")
    index, count, tests, suite_tests = (_of(int, document[name]) for name in names)
    if not 1 <= index <= count:
        raise Malformed(f"there is no shard {index}/{count}")
    return Shard(index, count, tests, suite_tests, _of(str, document["digest"]))


def _joined(document: dict[str, Any]) -> JoinedShard:
    return JoinedShard(
        _of(str, document["name"]), _moment(document["started"]), _seconds(document["duration"])
    )


def _sections(documents: Any) -> tuple[Section, ...]:
    return tuple(
        Section(title=_of(str, document["title"]), text=_of(str, document["text"]))
        for document in _dicts(documents)
    )


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(_of(str, text))
    if moment.tzinfo is None:
        raise Malformed(f"{text} has no time zone")
    return moment


def _seconds(number: Any) -> timedelta:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise Malformed(f"{number!r:.40} is not a number of seconds")
    return timedelta(seconds=number)


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(_of(str, value) for value in _of(list, values))


def _dicts(values: Any) -> Iterable[dict[str, Any]]:
    return [_of(dict, value) for value in _of(list, values)]


def _of(kind: type[T], value: Any) -> T:
    if isinstance(value, bool) or not isinstance(value, kind):
        raise Malformed(f"{value!r:.40} is not {_NAMES[kind]}")
    return value


_NAMES: dict[type, str] = {str: "a text", int: "a number", list: "a list", dict: "a mapping"}
