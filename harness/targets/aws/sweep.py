"""Finds what runs have left on AWS, by journal and by tag, and takes it away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from .access import Access
from .creations import LOG_GROUP
from .journal import Journal, RunHead, State, Thing, journal_of
from .removal import Removal, Stays
from .runs import is_of_this_machine, is_running, known_runs
from .tagged import Tagged, tagged_things


class Whose(StrEnum):
    """Whose something is that was found."""

    OURS = "ours"
    OTHERS = "others"
    """Of another machine's run, which may go on: taken away only if the run is named."""
    RUNNING = "running"
    """Of a run that goes on."""


@dataclass(frozen=True)
class Leftover:
    """Something that a run left.

    Attributes:
        thing: The thing.
        run: The run's id.
        owner: The user.
        whose: Whether it may be taken away.
        found_by: `journal` or `tag`.
    """

    thing: Thing
    run: str
    owner: str
    whose: Whose
    found_by: str


class Sweep:
    """Looks for leftovers in an account.

    Args:
        access: The account, checked.
        run: The only run to look for; None for all.
        poll: Pause between two looks at a stack.
        tell: Told what is done.
    """

    def __init__(
        self, access: Access, *, run: str | None, poll: timedelta, tell: Callable[[str], None]
    ) -> None:
        self._access, self._run, self._poll, self._tell = access, run, poll, tell
        stand_in = access.stand_in.url if access.stand_in else ""
        self._runs = {
            head.run: (journal, head)
            for journal, head in known_runs(stand_in)
            if run in (None, head.run)
        }

    def leftovers(self) -> list[Leftover]:
        """Return what is left, in the order of its creation as far as that is known.

        Raises:
            HarnessError: The credentials or the network are gone.
        """
        found: dict[tuple[str, str, str, str], Leftover] = {}
        for leftover in (*self._by_journal(), *self._by_tag()):
            thing = leftover.thing
            found.setdefault((thing.kind, thing.account, thing.region, thing.id), leftover)
        return list(found.values())

    def remove(self, leftovers: Iterable[Leftover]) -> list[Stays]:
        """Take leftovers away, run by run.

        Returns:
            What stays, and why.
        """
        by_run: dict[str, list[Leftover]] = {}
        for leftover in leftovers:
            by_run.setdefault(leftover.run, []).append(leftover)
        stays: list[Stays] = []
        for run, mine in by_run.items():
            # An open entry of the journal is closed as well, whether the thing was found or not.
            open_entries = [
                thing
                for thing in (self._runs[run][0].left() if run in self._runs else ())
                if thing.account in self._access.callers
            ]
            known = {thing.entry for thing in open_entries}
            things = [*open_entries, *(one.thing for one in mine if one.thing.entry not in known)]
            stays += self._removal(run).remove(things)
        return stays

    def close(self, leftovers: Iterable[Leftover]) -> None:
        """Write down what the journals list and what isn't there any more."""
        there = {leftover.thing.entry for leftover in leftovers}
        for journal, head in self._runs.values():
            if is_running(head):
                continue
            for thing in journal.left():
                if thing.entry not in there and thing.account in self._access.callers:
                    journal.note(thing, State.DELETED)

    def _by_journal(self) -> list[Leftover]:
        found: list[Leftover] = []
        for run, (journal, head) in self._runs.items():
            whose = self._whose(head)
            removal = self._removal(run)
            for thing in _candidates(journal):
                if thing.account in self._access.callers and removal.is_left(thing):
                    # A log group that came back after its deletion is made as far as we know.
                    state = State.CREATED if thing.state is State.DELETED else thing.state
                    thing = replace(thing, state=state)
                    found.append(Leftover(thing, run, head.owner, whose, "journal"))
        return found

    def _by_tag(self) -> list[Leftover]:
        found: list[Leftover] = []
        for account in self._access.callers:
            for region in self._access.regions:

                def client(service: str, account: str = account, region: str = region) -> object:
                    return self._access.client(service, account, region)

                tagged = tagged_things(client, account, region)
                stacks = {one.thing.id for one in tagged}
                found += [
                    self._leftover(one)
                    for one in tagged
                    # The listing by tag may lag behind a deletion.
                    if one.stack not in stacks and self._removal(one.run).is_left(one.thing)
                ]
        return [one for one in found if self._run in (None, one.run)]

    def _leftover(self, tagged: Tagged) -> Leftover:
        if tagged.run in self._runs:
            whose = self._whose(self._runs[tagged.run][1])
        else:
            # Without a journal nobody can say whether the run goes on, on some other machine.
            whose = Whose.OURS if tagged.run == self._run else Whose.OTHERS
        return Leftover(tagged.thing, tagged.run, tagged.owner, whose, "tag")

    def _whose(self, head: RunHead) -> Whose:
        if is_running(head):
            return Whose.RUNNING
        if is_of_this_machine(head) or head.run == self._run:
            return Whose.OURS
        return Whose.OTHERS

    def _removal(self, run: str) -> Removal:
        journal = self._runs[run][0] if run in self._runs else journal_of(run)
        return Removal(self._access.client, run, journal, poll=self._poll, tell=self._tell)


def _candidates(journal: Journal) -> list[Thing]:
    things = journal.things()
    left = [thing for thing in things if thing.is_left]
    known = {(thing.kind, thing.region, thing.id) for thing in left}
    # Lambda writes the last lines of a function that is gone into a new log group.
    again = [
        thing
        for thing in things
        if thing.kind == LOG_GROUP
        and thing.state is State.DELETED
        and (thing.kind, thing.region, thing.id) not in known
    ]
    return [*left, *again]
