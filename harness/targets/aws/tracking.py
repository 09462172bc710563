"""Watches every call of every client that the target hands out.

Before a call that makes something its line in the journal is on the disk; tags go with the call
where AWS takes them; a call that makes what couldn't be kept track of is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from harness.errors import HarnessError

from .creations import BUCKET, LOG_GROUP, Creation, creation_of, retag
from .journal import Journal, State, Thing
from .kinds import KINDS
from .operations import is_known
from .ownership import RUN_TAG, is_of_whole_run
from .problems import DENIED, EXPIRED, UNKNOWN_KEYS, code_of, message_of, of_access
from .stack_contents import implicit_log_groups

_KEY: Final = "harness_thing"
_STACK: Final = "harness_stack"
_OBJECT: Final = "AWS::S3::Object"
_STORES: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})
_REFUSAL: Final = 300
_FAULT: Final = 500

Client = Callable[[str, str], Any]
"""Returns a client that isn't watched, by service and region."""


class NotTracked(HarnessError):
    """A test called an operation that could leave behind what nobody would find."""


class Tracker:
    """Watches the clients of one account.

    Args:
        journal: Where it writes.
        account: The account's id.
        tags: What everything is tagged with.
        client: Makes clients that aren't watched.
        scope: Returns what the run is at: the module that things are made for.
        profile: Whose credentials are used, for errors.
    """

    def __init__(
        self,
        journal: Journal,
        account: str,
        tags: Mapping[str, str],
        *,
        client: Client,
        scope: Callable[[], str],
        profile: str,
    ) -> None:
        self._journal, self._account, self._tags = journal, account, dict(tags)
        self._client, self._scope, self._profile = client, scope, profile
        self._own_buckets: dict[str, bool] = {}

    def watch(self, events: Any) -> None:
        """Watch the calls of clients that an emitter of events belongs to."""
        events.register("provide-client-params", self._worded(self._before_parameters))
        events.register("before-call", self._worded(self._before_call))
        events.register("after-call", self._worded(self._after_call))
        events.register("after-call-error", self._after_failure)

    def _worded(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Return a handler whose own calls to AWS fail in our words where no test is about them."""

        def worded(**event: Any) -> Any:
            try:
                return handler(**event)
            except (BotoCoreError, ClientError) as problem:
                if said := of_access(problem, self._profile):
                    raise said from problem
                raise

        return worded

    def implied(self, region: str, names: Mapping[str, str]) -> list[Thing]:
        """Note log groups that AWS makes by itself, unless they are noted already.

        Args:
            region: Where.
            names: What makes each, by name of the log group.
        """
        known = {
            (thing.region, thing.id)
            for thing in self._journal.left()
            if thing.kind == LOG_GROUP and thing.account == self._account
        }
        return [
            self._journal.note(self._thing(LOG_GROUP, region, name, by=by))
            for name, by in names.items()
            if (region, name) not in known
        ]

    def foresee(
        self, service: str, operation: str, params: Mapping[str, Any], *, region: str
    ) -> None:
        """Note what another program is about to make with this run's credentials.

        Raises:
            NotTracked: It couldn't be told from what somebody else has.
        """
        creation = creation_of(service, operation, dict(params))
        name = creation.name(params) if creation else ""
        if creation is None or not name:
            raise NotTracked(
                f"What {service}:{operation} makes can't be foreseen by a name.",
                "Have a client make it, or put it into the template.",
            )
        if KINDS[creation.kind].is_there(self._client(service, region), name):
            raise NotTracked(
                f"{service}:{operation} would find {name} there already.",
                "Choose a name that nothing has.",
            )
        thing = self._thing(creation.kind, region, name, by=operation)
        self._journal.note(replace(thing, was_absent=True))
        if creation.implies:
            self.implied(region, dict.fromkeys(creation.implies(name), name))

    def _before_parameters(
        self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> dict[str, Any]:
        service, operation = model.service_model.service_name, model.name
        if not is_known(service, operation):
            raise NotTracked(
                f"{service}:{operation} isn't called on AWS: what it makes could not be found and "
                "deleted afterwards.",
                "Put it into the template, or run this test on an emulator "
                '(@pytest.mark.requires("reset")).',
            )
        creation = creation_of(service, operation, params)
        if context.get("is_presign_request"):
            if creation:
                raise NotTracked(
                    f"{service}:{operation} isn't signed for somebody else on AWS: whether it is "
                    "called, and what it makes, could not be known.",
                    "Call it with a client.",
                )
            return params
        region = str(context["client_region"])
        tag = creation.tag if creation else retag(service, operation)
        if tag:
            tag(params, self._tags)
        if creation and not self._is_there_already(creation, service, region, params):
            context[_KEY] = self._planned(creation, region, params, operation)
        elif service == "s3" and operation in _STORES:
            context[_KEY] = list(self._stored(region, params, operation))
        elif (service, operation) == ("cloudformation", "DeleteStack"):
            context[_STACK] = params.get("StackName")
        return params

    def _before_call(self, context: dict[str, Any], **_: Any) -> None:
        if things := context.get(_KEY):
            context[_KEY] = [self._journal.note(thing) for thing in things]
        if stack := context.pop(_STACK, None):
            region = str(context["client_region"])
            groups = implicit_log_groups(self._client("cloudformation", region), stack)
            self.implied(region, groups)

    def _after_call(
        self,
        parsed: dict[str, Any],
        http_response: Any,
        model: Any,
        context: dict[str, Any],
        **_: Any,
    ) -> None:
        things: list[Thing] = context.pop(_KEY, None) or []
        if http_response.status_code >= _REFUSAL:
            self._refuse_lost_credentials(parsed, model)
            # A server's fault doesn't say whether the thing was made; nor does a refusal after a
            # first try that may have succeeded.
            retried = parsed.get("ResponseMetadata", {}).get("RetryAttempts")
            if http_response.status_code < _FAULT and not retried:
                for thing in things:
                    self._journal.note(thing, State.FAILED)
            return
        if not things:
            return
        creation = creation_of(
            model.service_model.service_name, model.name, {"ChangeSetType": "CREATE"}
        )
        named = creation.id(parsed) if creation and creation.id else None
        made = self._journal.note(things[0], State.CREATED, known_as=named)
        if made.kind == BUCKET:
            self._tag_bucket(made)

    def _after_failure(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        # What was planned stays so: the request may have arrived.
        context.pop(_KEY, None)
        if said := of_access(exception, self._profile):
            raise said from exception

    def _planned(
        self, creation: Creation, region: str, params: dict[str, Any], operation: str
    ) -> list[Thing]:
        """Return what a call makes: the thing itself, then what AWS makes because of it."""
        name = creation.name(params)
        thing = self._thing(creation.kind, region, name, by=operation)
        implied = [
            replace(self._thing(LOG_GROUP, region, group, by=name), was_absent=True)
            for group in (creation.implies(name) if creation.implies and name else ())
            # One that is there is somebody's who had such a function before.
            if not KINDS[LOG_GROUP].is_there(self._client("logs", region), group)
        ]
        was_absent = bool(name) and creation.is_repeatable
        return [replace(thing, was_absent=was_absent), *implied]

    def _thing(self, kind: str, region: str, named: str, *, by: str) -> Thing:
        # Other modules, in other processes too, go on with what is the run's.
        is_shared = kind == BUCKET and is_of_whole_run(named, self._tags[RUN_TAG])
        scope = "" if is_shared else self._scope()
        return Thing(kind, self._account, region, named, scope=scope, by=by)

    def _is_there_already(
        self, creation: Creation, service: str, region: str, params: dict[str, Any]
    ) -> bool:
        name = creation.name(params)
        if not creation.is_repeatable or not name:
            return False
        try:
            return KINDS[creation.kind].is_there(self._client(service, region), name)
        except ClientError as problem:
            if code_of(problem) not in DENIED:
                return False  # AWS will say what is wrong with the call itself
            if creation.kind == BUCKET:
                return True  # of somebody else's bucket AWS says no more
            raise NotTracked(
                f"Whether there is a {creation.kind} {name} already can't be told: "
                f"{message_of(problem)}.",
                "Allow the caller to look for it (docs/real-aws.md has the policy).",
            ) from problem

    def _stored(self, region: str, params: dict[str, Any], operation: str) -> Iterator[Thing]:
        """Yield the object that is put into a bucket that doesn't go away with the run."""
        bucket, key = str(params.get("Bucket")), str(params.get("Key"))
        if self._is_own(bucket, region):
            return
        named = f"{bucket}/{key}"
        if not KINDS[_OBJECT].is_there(self._client("s3", region), named):
            yield replace(self._thing(_OBJECT, region, named, by=operation), was_absent=True)

    def _is_own(self, bucket: str, region: str) -> bool:
        if bucket not in self._own_buckets:
            made = {thing.id for thing in self._journal.left() if thing.kind == BUCKET}
            self._own_buckets[bucket] = (
                bucket in made
                or self._is_tagged(bucket, region)
                or self._is_in_stack(bucket, region)
            )
        return self._own_buckets[bucket]

    def _is_tagged(self, bucket: str, region: str) -> bool:
        kind = KINDS[BUCKET]
        assert kind.tags is not None
        try:
            tags = kind.tags(self._client("s3", region), bucket)
        except ClientError:
            return False
        return tags.get(RUN_TAG) == self._tags[RUN_TAG]

    def _is_in_stack(self, bucket: str, region: str) -> bool:
        try:
            answer = self._client("cloudformation", region).describe_stack_resources(
                PhysicalResourceId=bucket
            )
        except ClientError:
            return False
        stacks = {one["StackId"] for one in answer["StackResources"]}
        return bool(stacks & {thing.id for thing in self._journal.left()})

    def _tag_bucket(self, bucket: Thing) -> None:
        listed = [{"Key": key, "Value": value} for key, value in self._tags.items()]
        self._client("s3", bucket.region).put_bucket_tagging(
            Bucket=bucket.id, Tagging={"TagSet": listed}
        )

    def _refuse_lost_credentials(self, parsed: dict[str, Any], model: Any) -> None:
        code = str(parsed.get("Error", {}).get("Code", ""))
        if code in EXPIRED | UNKNOWN_KEYS:
            problem = ClientError(
                {"Error": {"Code": code, "Message": str(parsed["Error"].get("Message"))}},
                model.name,
            )
            if said := of_access(problem, self._profile):
                raise said from problem
