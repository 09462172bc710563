"""Ends what LocalStack has going on for an account, before its state is forgotten.

Only services that are loaded are looked at: asking for another one would load it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS

Belongs = Callable[[str], bool]
"""Says whether an ARN is one of those that are forgotten."""


def end(account: str, region: str | None = None) -> None:
    """End pollers, schedules, alarms and executions of an account, and drop its files."""

    def belongs(arn: str) -> bool:
        parts = arn.split(":")
        return len(parts) > 5 and parts[4] == account and region in (None, parts[3])

    for service, end_it in _ENDINGS.items():
        if provider := _provider(service):
            end_it(provider, belongs)
    if region is None and (s3 := _provider("s3")):
        _end_s3(s3, account)


def _provider(service: str) -> Any:
    # Not by `get_service_container`, which loads a service that isn't.
    container = SERVICE_PLUGINS._services.get(service)
    return getattr(container.service, "_provider", None) if container else None


def _end_lambda(provider: Any, belongs: Belongs) -> None:
    for uuid, worker in list(provider.esm_workers.items()):
        if belongs(worker.esm_config["FunctionArn"]):
            provider.esm_workers.pop(uuid, None)
            worker.stop_for_shutdown()
    service = provider.lambda_service
    for arn in {*service.lambda_running_versions, *service.lambda_starting_versions}:
        if belongs(arn):
            service.stop_version(arn)


def _end_events(provider: Any, belongs: Belongs) -> None:
    from localstack.services.events.scheduler import JobScheduler

    for rule in _taken(provider._rule_services_store, belongs):
        if job := getattr(rule, "job_id", None):  # of scheduled rules alone
            JobScheduler.instance().cancel_job(job)
    for held in (
        provider._event_bus_services_store,
        provider._target_sender_store,
        provider._archive_service_store,
        provider._replay_service_store,
        provider._connection_service_store,
        provider._api_destination_service_store,
    ):
        _taken(held, belongs)


def _end_cloudwatch(provider: Any, belongs: Belongs) -> None:
    scheduler = provider.alarm_scheduler
    for arn in filter(belongs, list(scheduler.scheduled_alarms)):
        scheduler.delete_scheduler_for_alarm(arn)


def _end_stepfunctions(provider: Any, belongs: Belongs) -> None:
    import datetime

    from localstack.services.stepfunctions.backend.models import sfn_stores

    for regions in list(sfn_stores.values()):
        for store in list(regions.values()):
            for arn, execution in list(store.executions.items()):
                if belongs(arn):
                    execution.stop(datetime.datetime.now(datetime.UTC), None, None)


def _end_s3(provider: Any, account: str) -> None:
    from localstack.services.s3.models import s3_stores

    for regions in [s3_stores[account]] if account in s3_stores else []:
        for store in list(regions.values()):
            for bucket in list(store.buckets):
                provider._storage_backend.delete_bucket(bucket)


def _taken(held: dict[str, Any], belongs: Belongs) -> list[Any]:
    return [held.pop(arn) for arn in list(held) if belongs(arn)]


_ENDINGS: dict[str, Callable[[Any, Belongs], None]] = {
    "lambda": _end_lambda,
    "events": _end_events,
    "cloudwatch": _end_cloudwatch,
    "stepfunctions": _end_stepfunctions,
}
