"""Takes away what a journal or a tag says is left, and writes down that it is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError
from harness.observe import machine_time

from .creations import LOG_GROUP, STACK
from .journal import Journal, State, Thing
from .kinds import KINDS, Kind, is_gone
from .kinds.kind import Turn
from .ownership import is_tagged
from .problems import message_of, of_access
from .stack_contents import Resource, implicit_log_groups, resources_of
from .stack_removal import Remover, StackStays, describe, stack_tags

TRIES: Final = 6
"""A role that was just let go of, a table that is still being made: most refusals pass."""
PAUSE: Final = timedelta(seconds=1)

Clients = Callable[[str, str, str], Any]
"""Returns a client that isn't watched, by service, account and region."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Stays:
    """Something that could not be taken away, and why."""

    thing: Thing
    reason: str


class Removal:
    """Takes things away.

    Args:
        clients: Makes clients.
        run: Whose things they are: what bears another run's tag isn't touched.
        journal: Where to write that they are gone.
        poll: Pause between two looks at a stack.
        tell: Told each thing as it goes.
    """

    def __init__(
        self, clients: Clients, run: str, journal: Journal, *, poll: timedelta, tell: Tell
    ) -> None:
        self._clients, self._run, self._journal = clients, run, journal
        self._poll, self._tell = poll, tell

    def remove(self, things: Iterable[Thing]) -> list[Stays]:
        """Take things away, those that use others first; go on when one can't be.

        Returns:
            What stays.

        Raises:
            HarnessError: The credentials or the network are gone, so that nothing can be known.
        """
        pending = list(things)
        stays: list[Stays] = []
        stacks = [thing for thing in reversed(pending) if thing.kind == STACK]
        for stack in stacks:
            more = self._remove_stack(stack, stays)
            known = {(one.kind, one.region, one.id) for one in pending}
            pending += [one for one in more if (one.kind, one.region, one.id) not in known]
        others = [thing for thing in reversed(pending) if thing.kind != STACK]
        for thing in sorted(others, key=_turn):
            self._remove(thing, stays)
        return stays

    def look_again(self) -> list[Stays]:
        """Delete log groups that came back: Lambda writes the last lines of a function late."""
        again = [
            replace(thing, state=State.CREATED)
            for thing in self._journal.things()
            if thing.kind == LOG_GROUP and thing.state is State.DELETED
        ]
        stays: list[Stays] = []
        for thing in filter(self.is_left, again):
            self._remove(thing, stays)
        return stays

    def is_left(self, thing: Thing) -> bool:
        """Say whether a thing is still there, and ours; what can't be looked at may be.

        Raises:
            HarnessError: The credentials or the network are gone.
        """
        if thing.kind != STACK and thing.kind not in KINDS:
            return True
        try:
            if thing.kind == STACK:
                return self._stack_of(thing) is not None
            return bool(self._ids_of(thing, KINDS[thing.kind], self._client_for(thing)))
        except (ClientError, BotoCoreError) as problem:
            if said := of_access(problem):
                raise said from problem
            return True

    def _remove_stack(self, stack: Thing, stays: list[Stays]) -> list[Thing]:
        more: list[Thing] = []

        def keep(kind: str, named: str, by: str) -> None:
            more.append(
                self._journal.note(
                    Thing(
                        kind, stack.account, stack.region, named, State.CREATED, stack.scope, by=by
                    )
                )
            )

        try:
            described = self._stack_of(stack)
            if described is not None:
                arn = described["StackId"]
                cloudformation = self._clients("cloudformation", stack.account, stack.region)
                # Noted before the stack goes: afterwards its events are hard to come by.
                noted = {one.id for one in self._journal.left() if one.kind == LOG_GROUP}
                for name, by in implicit_log_groups(cloudformation, arn).items():
                    if name not in noted:
                        keep(LOG_GROUP, name, by)
                self._tell(f"{described['StackName']}: deleting")
                Remover(
                    lambda service: self._clients(service, stack.account, stack.region),
                    self._poll,
                    self._tell,
                    lambda resource: keep(resource.kind, resource.id, _owner(resource)),
                ).remove(arn)
            if (arn := described["StackId"] if described else stack.id).startswith("arn:"):
                for resource in self._skipped(stack, arn):
                    keep(resource.kind, resource.id, _owner(resource))
            self._journal.note(stack, State.DELETED)
        except StackStays as reason:
            stays.append(Stays(stack, str(reason)))
        except (ClientError, BotoCoreError) as problem:
            stays.append(self._stays(stack, problem))
        return more

    def _skipped(self, stack: Thing, arn: str) -> list[Resource]:
        """Return what the template told CloudFormation to leave: a policy of Retain."""
        cloudformation = self._clients("cloudformation", stack.account, stack.region)
        return [one for one in resources_of(cloudformation, arn) if one.status == "DELETE_SKIPPED"]

    def _remove(self, thing: Thing, stays: list[Stays]) -> None:
        if thing.kind not in KINDS:
            stays.append(Stays(thing, "the harness can't delete a thing of this kind"))
            return
        kind = KINDS[thing.kind]
        pause = PAUSE
        for attempt in range(1, TRIES + 1):
            try:
                client = self._client_for(thing)
                ids = self._ids_of(thing, kind, client)
                if not ids:
                    self._journal.note(thing, State.DELETED)
                    return
                for which in ids:
                    if attempt == 1:
                        self._tell(f"{which}: deleting")
                    kind.delete(client, which)
                if not any(kind.is_there(client, which) for which in ids):
                    self._journal.note(thing, State.DELETED)
                    return
                reason = "it is still there after its deletion"
            except (ClientError, BotoCoreError) as problem:
                reason = self._stays(thing, problem).reason
            if attempt < TRIES:
                machine_time.pause(pause)
                pause *= 2
        stays.append(Stays(thing, reason))

    def _ids_of(self, thing: Thing, kind: Kind, client: Any) -> list[str]:
        """Return the ids under which a thing of ours is there: at most one, mostly."""
        if not thing.id:
            # AWS's answer with the id never came. What it made has the tags that went along.
            found = kind.find(client) if kind.find else ()
            return [which for which, tags in found if is_tagged(tags, self._run)]
        if not kind.is_there(client, thing.id):
            return []
        if thing.state is State.PLANNED and not thing.was_absent and not _is_implied(thing):
            # It may have been there before, so that making it was refused: the tags say.
            tags = kind.tags(client, thing.id) if kind.tags else {}
            return [thing.id] if is_tagged(tags, self._run) else []
        return [thing.id]

    def _stack_of(self, stack: Thing) -> dict[str, Any] | None:
        cloudformation = self._clients("cloudformation", stack.account, stack.region)
        described = describe(cloudformation, stack.id)
        if described is None or stack.state is not State.PLANNED:
            return described
        tags = stack_tags(cloudformation, described)
        return described if is_tagged(tags, self._run) else None

    def _client_for(self, thing: Thing) -> Any:
        return self._clients(KINDS[thing.kind].service, thing.account, thing.region)

    def _stays(self, thing: Thing, problem: Exception) -> Stays:
        # Without credentials or network each further thing would fail the same way.
        if said := of_access(problem):
            raise said from problem
        return Stays(thing, message_of(problem))


def complaint(stays: list[Stays], run: str) -> HarnessError:
    """Word that something could not be taken away."""
    first = stays[0]
    named = f"{first.thing.kind} {first.thing.id or '(without a known id)'}"
    more = f" and {len(stays) - 1} more" if len(stays) > 1 else ""
    error = HarnessError(
        f"{named}{more} could not be deleted: {first.reason}.",
        f'Correct that, then "harness aws sweep --run {run} --delete".',
    )
    error.add_note("\n".join(f"{one.thing.kind} {one.thing.id}: {one.reason}" for one in stays))
    return error


def _turn(thing: Thing) -> Turn:
    return KINDS[thing.kind].turn if thing.kind in KINDS else Turn.FIRST


def _is_implied(thing: Thing) -> bool:
    # AWS makes these for a thing of ours, and under its name: they can't be anybody else's.
    return thing.kind == LOG_GROUP and thing.by != "CreateLogGroup"


def _owner(resource: Resource) -> str:
    return f"retained from {resource.stack}"


__all__ = ["Clients", "Removal", "Stays", "complaint", "is_gone"]
