"""With isolation: each tenant has environments of its own, and nothing crosses between them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

MANY = 200


@pytest.mark.claim("tenant-isolation.tenant-counter-isolated")
def test_each_tenants_counter_starts_at_one_and_goes_on_for_it_alone(isolated, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    visits = [isolated.invoke(tenant=tenant)["visits"] for tenant in (ana, ben, ana, ana, ben)]

    assert visits == [1, 1, 2, 3, 2]


@pytest.mark.claim("tenant-isolation.tenant-tmp-isolated")
def test_a_tenant_never_sees_another_tenants_files(isolated, new_tenant):
    ana, ben = new_tenant(), new_tenant()
    isolated.invoke({"note": "ana owes 100"}, tenant=ana)

    at_bens = isolated.invoke({"note": "ben owes 7"}, tenant=ben)
    assert at_bens["note"] is None
    assert "note.txt" not in at_bens["files"]

    # Both go on finding their own: /tmp is theirs, not merely emptied.
    assert isolated.invoke(tenant=ana)["note"] == "ana owes 100"
    assert isolated.invoke(tenant=ben)["note"] == "ben owes 7"


@pytest.mark.claim("tenant-isolation.tenant-object-isolated")
def test_an_object_built_outside_the_handler_belongs_to_one_tenant(isolated, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    at_anas = isolated.invoke({"secret_of": "tenant1"}, tenant=ana)
    at_bens = isolated.invoke({"secret_of": "tenant2"}, tenant=ben)
    assert at_anas["secret"] == "the secret of tenant1"
    assert at_bens["secret"] == "the secret of tenant2"
    assert at_anas["object_id"] != at_bens["object_id"]

    # Built once: the next visits meet the same objects.
    assert isolated.invoke(tenant=ana)["object_id"] == at_anas["object_id"]
    assert isolated.invoke(tenant=ben)["object_id"] == at_bens["object_id"]


@pytest.mark.claim("tenant-isolation.context-tenant-id")
def test_the_handler_reads_the_tenant_id_from_its_context(isolated, generic, new_tenant):
    ana, ben = new_tenant(), new_tenant()

    assert isolated.invoke({"tenant_id": "not this one"}, tenant=ana)["tenant_id"] == ana
    assert isolated.invoke(tenant=ben)["tenant_id"] == ben
    assert isolated.invoke(tenant=ana)["tenant_id"] == ana
    assert generic.invoke()["tenant_id"] is None


@pytest.mark.claim("tenant-isolation.case-sensitive")
def test_ids_that_differ_only_in_case_are_different_tenants(isolated, new_tenant):
    lower = new_tenant()
    upper = lower.upper()

    isolated.invoke({"note": "written by lower"}, tenant=lower)
    at_upper = isolated.invoke(tenant=upper)

    assert at_upper["tenant_id"] == upper
    assert at_upper["visits"] == 1
    assert at_upper["note"] is None
    assert isolated.invoke(tenant=lower)["visits"] == 2


@pytest.mark.claim("tenant-isolation.no-preregistration", "tenant-isolation.tenant-tmp-isolated")
def test_hundreds_of_unseen_ids_work_at_first_use(isolated, new_tenant):
    tenants = [new_tenant() for _ in range(MANY)]

    def visit(tenant):
        return isolated.invoke({"note": f"left by {tenant}"}, tenant=tenant)

    with ThreadPoolExecutor(max_workers=8) as people:
        first = list(people.map(visit, tenants))
        second = list(people.map(visit, reversed(tenants)))[::-1]

    assert [report["tenant_id"] for report in first] == tenants
    assert {report["visits"] for report in first} == {1}
    assert {report["note"] for report in first} == {None}
    assert len({report["environment"] for report in first}) == MANY
    # Each comes back to what is its own.
    assert [report["note"] for report in second] == [f"left by {tenant}" for tenant in tenants]
    assert {report["visits"] for report in second} == {2}
