"""LocalStack listens where it is told, tells when it does, and downloads nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException
from localstack.aws.connect import InternalClientFactory
from localstack.aws.serving.twisted import TLSMultiplexerFactory
from localstack.packages.api import InstallTarget, PackageInstaller
from localstack.runtime.runtime import LocalstackRuntime
from localstack.runtime.server.twisted import TwistedRuntimeServer
from localstack.services.stores import AccountRegionBundle
from rolo.gateway import Gateway
from rolo.serving.twisted import TwistedGateway
from twisted.internet import endpoints, reactor

from harness import wire

from . import callers, forgetting, lifeline, registry, tls
from .patching import extends, replaces


@replaces(LocalstackRuntime._init_gateway_server, written_for="5eec374fbf6b")
def init_gateway_server(self: LocalstackRuntime) -> None:
    # Upstream makes a certificate that nobody trusts, and leaves its key in the cache.
    self.components.runtime_server.register(self.components.gateway, self.config.GATEWAY_LISTEN)


@replaces(TwistedRuntimeServer.register, written_for="6c7de9c19515")
def register(
    self: TwistedRuntimeServer,
    gateway: Any,
    listen: list[config.HostAndPort],
    ssl_creds: tuple[str, str] | None = None,
) -> None:
    # Upstream drops the host of an IPv4 address and so binds every interface of the machine.
    factory = TLSMultiplexerFactory(
        tls.Connections(tls.authority()), False, TwistedGateway(gateway)
    )
    # The reactor's delays are the machine's time, and by default the wall clock, which jumps.
    reactor.seconds = time.monotonic
    listening = []
    for address in listen:
        kind = (
            endpoints.TCP6ServerEndpoint
            if config.is_ipv6_address(address.host)
            else endpoints.TCP4ServerEndpoint
        )
        listening.append(kind(reactor, address.port, interface=address.host).listen(factory))
    for port in listening:
        port.addErrback(_cannot_listen)
    reactor.callWhenRunning(lifeline.announce_ready)


def _cannot_listen(failure: Any) -> None:
    # Upstream leaves this in a deferred that nobody reads, and waits for a port that never opens.
    print(f"ERROR: {failure.getErrorMessage()}", flush=True)
    import os

    os._exit(71)  # sysexits.h: system error


@extends(PackageInstaller.install, written_for="8fa079ed74c4")
def install(
    upstream: Callable[..., None], self: PackageInstaller, target: InstallTarget | None = None
) -> None:
    # Upstream downloads servers and libraries while a request waits: from Maven, npm and GitHub.
    if not self.is_installed():
        raise CommonServiceException(
            code="InternalFailure",
            message=f"This needs {self.name} {self.version}, which isn't installed; "
            "the emulator downloads nothing.",
            status_code=501,
        )
    upstream(self, target)


@extends(AccountRegionBundle.__init__, written_for="91b6e2624cfe")
def remember_bundle(
    upstream: Callable[..., None], self: AccountRegionBundle[Any], *args: Any, **kwargs: Any
) -> None:
    upstream(self, *args, **kwargs)
    forgetting.bundles.append(self)


@extends(LocalstackRuntime._on_return, written_for="526ad53d5dbc")
def on_return(upstream: Callable[..., None], self: LocalstackRuntime) -> None:
    upstream(self)
    # All is shut down, but for threads of services that Python would wait for: up to ten seconds.
    lifeline.end(self.exit_code)


@extends(LocalstackRuntime._on_ready, written_for="54c139544dcb")
def on_ready(upstream: Callable[..., None], self: LocalstackRuntime) -> None:
    upstream(self)
    registry.install_others()


@extends(Gateway.process, written_for="bc39f0f897c1")
def process(upstream: Callable[..., None], self: Gateway, request: Any, response: Any) -> None:
    if request.path != wire.INFO_PATH:  # whoever starts the emulator asks for that one
        registry.await_all()
    with callers.counted(request):
        upstream(self, request, response)


@extends(InternalClientFactory._get_client_post_hook, written_for="e26c0e094be9")
def mark_requests(upstream: Callable[..., Any], self: InternalClientFactory, client: Any) -> Any:
    client.meta.events.register_first("before-send.*.*", callers.mark)
    return upstream(self, client)
