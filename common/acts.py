"""An act: one service call, one transaction, one named actor whose name stands in every history row it writes."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

_actor: ContextVar[Any] = ContextVar("actor", default=None)


class Claim(Protocol):
    """A key under which the first act of a request is done: taken in that act's own transaction, given back when it fails."""

    def take(self) -> bool:
        """Whether this act is the first under the key. Errors: whatever says that the key was used before."""

    def give_back(self) -> None:
        """The act that took it was undone."""


_behalf: ContextVar[list[str] | None] = ContextVar("behalf", default=None)
_claim: ContextVar[Claim | None] = ContextVar("claim", default=None)


@contextmanager
def claiming(claim: Claim) -> Iterator[None]:
    """Within this block the first act takes the claim."""
    token = _claim.set(claim)
    try:
        yield
    finally:
        _claim.reset(token)


def current_actor() -> Any:
    """The user in whose name rows are written now; None for the system's own jobs."""
    return _actor.get()


def say_on_behalf_of(name: str) -> None:
    """A door let the actor pass in somebody's place: what is recorded of this act says so (rule A4). Outside an act nothing."""
    said = _behalf.get()
    if said is not None and name not in said:
        said.append(name)


def on_behalf_of(actor: Any) -> str:
    """In whose place the act of this actor is done; "" when in nobody's."""
    return "、".join(_behalf.get() or ()) if actor is not None and actor == _actor.get() else ""


def act(service: Callable[P, R]) -> Callable[P, R]:
    """A service: keyword-only, its `actor` (a User, or None for the system) is who history names, all in one transaction."""

    @functools.wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if args or "actor" not in kwargs:
            raise TypeError(f"{service.__name__} takes keywords only and names its actor")
        token, claim, taken = _actor.set(kwargs["actor"]), _claim.get(), False
        said = _behalf.set([])
        try:
            with transaction.atomic():
                taken = claim is not None and claim.take()
                return service(*args, **kwargs)
        except BaseException:
            if claim is not None and taken:
                claim.give_back()
            raise
        finally:
            _behalf.reset(said)
            _actor.reset(token)

    return wrapped


_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Within this block no mail is written to the outbox: for replaying the past."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Whether what is done now is a replay that nobody outside must hear of."""
    return _quiet.get()
