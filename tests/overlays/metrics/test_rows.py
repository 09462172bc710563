"""Which rows a MetricDatum makes.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

from __future__ import annotations

import pytest

from harness.overlays.metrics import rows

SET = {"SampleCount": 2, "Sum": 9.0, "Minimum": 4.0, "Maximum": 5.0}


@pytest.mark.parametrize(
    ("datum", "single", "aggregated"),
    [
        ({"Value": 0.0}, [("m", 0.0)], []),
        ({"Values": [4.0, 5.0]}, [("m", 4.0), ("m", 5.0)], []),
        ({"Values": [4.0, 5.0], "Counts": [2.0, 1.0]}, [("m", 4.0), ("m", 4.0), ("m", 5.0)], []),
        ({"StatisticValues": SET}, [], [("m", 2, 9.0, 4.0, 5.0)]),
        ({}, [], []),
    ],
    ids=["a value", "values", "values with counts", "a statistic set", "nothing"],
)
def test_a_datum_is_a_row_for_each_value_or_one_for_its_set(datum, single, aggregated):
    assert list(rows.single(datum, ("m",))) == single
    assert list(rows.aggregated(datum, ("m",))) == aggregated
