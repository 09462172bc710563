"""The control: what a narrower rule misses, while the three catch-all rules see it."""

from __future__ import annotations

import pytest

PLACED = {"Source": "shop.orders", "DetailType": "Order Placed", "Detail": '{"order": 1}'}
OTHERS = {
    "another source": {**PLACED, "Source": "shop.billing"},
    "a longer source": {**PLACED, "Source": "shop.orders.eu"},
    "another detail type": {**PLACED, "DetailType": "Order Cancelled"},
    "another letter case": {**PLACED, "Source": "Shop.Orders"},
}


@pytest.mark.claim("catch-all.control")
def test_a_narrower_rule_misses_what_it_should_miss(bus, eventually):
    misses = bus.put(*OTHERS.values())
    [hit] = bus.put(PLACED)

    def seen_by_the_catch_alls():
        for rule in ("prefix", "version", "wildcard"):
            assert {*misses, hit} <= bus.caught(rule).keys()

    eventually(seen_by_the_catch_alls, within=bus.patience)

    # That they are absent says something only once a later event has come through the same rule.
    [sentinel] = bus.put(PLACED)

    def sentinel_caught():
        assert {hit, sentinel} <= bus.caught("control").keys()

    eventually(sentinel_caught, within=bus.patience)
    assert bus.caught("control").keys().isdisjoint(misses)
