"""One function for all tenants: its code is updated once."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

CODE = Path(__file__).parent / "functions" / "visitor"


def package(release: str) -> bytes:
    """Package the deployed function's code as another release of it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.write(CODE / "app.py", "app.py")
        files.writestr("release.txt", release)
    return archive.getvalue()


@pytest.mark.claim("tenant-isolation.one-deployment")
def test_one_update_reaches_every_tenant(isolated, client, new_tenant, eventually):
    known, unseen = [new_tenant() for _ in range(3)], new_tenant()
    before = {tenant: isolated.invoke({"note": tenant}, tenant=tenant) for tenant in known}
    assert {report["release"] for report in before.values()} == {"first"}

    client("lambda").update_function_code(FunctionName=isolated.name, ZipFile=package("second"))
    client("lambda").get_waiter("function_updated_v2").wait(FunctionName=isolated.name)

    after = {}

    def every_tenant_has_it():
        # A tenant's first answer from the new code counts, so nobody comes twice.
        for tenant in (*known, unseen):
            if after.get(tenant, {}).get("release") != "second":
                after[tenant] = isolated.invoke(tenant=tenant)
        assert {report["release"] for report in after.values()} == {"second"}

    eventually(every_tenant_has_it, within=timedelta(minutes=1))

    # New environments, as empty as any tenant's first.
    assert {report["visits"] for report in after.values()} == {1}
    assert {report["note"] for report in after.values()} == {None}
    assert {report["tenant_id"] for report in after.values()} == {*known, unseen}
    environments = [report["environment"] for report in (*before.values(), *after.values())]
    assert len(set(environments)) == len(environments)
