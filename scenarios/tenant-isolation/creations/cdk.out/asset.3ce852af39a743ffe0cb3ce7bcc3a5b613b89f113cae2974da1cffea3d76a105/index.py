"""Counts a tenant's visits."""

visits = 0


def handler(event, context):
    global visits
    visits += 1
    return {"tenant_id": context.tenant_id, "visits": visits}
