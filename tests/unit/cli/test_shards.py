"""How modules are divided over jobs."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageProblem
from harness.running.shards import WantedShard, module_of, modules_by_shard, parse

TESTS = st.lists(
    st.builds("{}.py::test_{}".format, st.sampled_from("abcdefg"), st.integers(0, 9)), unique=True
)
SECONDS = st.dictionaries(
    st.builds("{}.py::test_{}".format, st.sampled_from("abcdefg"), st.integers(0, 9)),
    st.floats(0, 1000),
)


def test_a_shard_is_one_of_how_many():
    assert parse("2/3") == WantedShard(2, 3)


@pytest.mark.parametrize("text", ["", "2", "0/3", "4/3", "1/9999", "a/b", "1/3/5", " 1/3", "１/３"])
def test_anything_else_is_refused(text):
    with pytest.raises(UsageProblem, match="is no shard"):
        parse(text)


def test_the_longest_module_stands_alone():
    seconds = {"a.py::test": 60, "b.py::test": 20, "c.py::test": 20, "d.py::test": 15}
    assert modules_by_shard(list(seconds), seconds, 2) == [{"a.py"}, {"b.py", "c.py", "d.py"}]


def test_an_unknown_test_counts_as_an_average_one():
    tests = ["a.py::test", "b.py::test", "new.py::test"]
    shards = modules_by_shard(tests, {"a.py::test": 30, "b.py::test": 10}, 2)
    assert shards == [{"a.py"}, {"new.py", "b.py"}]


def test_modules_that_took_no_time_still_spread():
    tests = [f"{name}.py::test" for name in "abc"]
    shards = modules_by_shard(tests, dict.fromkeys(tests, 0.0), 3)
    assert shards == [{"a.py"}, {"b.py"}, {"c.py"}]


@given(tests=TESTS, seconds=SECONDS, count=st.integers(1, 6), seed=st.integers())
def test_each_module_is_in_one_shard_whatever_the_order(tests, seconds, count, seed):
    shards = modules_by_shard(tests, seconds, count)
    modules = {module_of(test) for test in tests}
    assert len(shards) == count
    assert sum(map(len, shards)) == len(modules)
    assert set().union(*shards) == modules
    assert sum(not shard for shard in shards) == max(0, count - len(modules))
    shuffled = random.Random(seed).sample(tests, len(tests))
    assert modules_by_shard(shuffled, seconds, count) == shards
