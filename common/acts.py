"""An act: one service call, one transaction, one named actor whose name stands in every history row it writes."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

_actor: ContextVar[Any] = ContextVar("actor", default=None)


def current_actor() -> Any:
    """The user in whose name rows are written now; None for the system's own jobs."""
    return _actor.get()


def act(service: Callable[P, R]) -> Callable[P, R]:
    """A service: keyword-only, its `actor` (a User, or None for the system) is who history names, all in one transaction."""

    @functools.wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if args or "actor" not in kwargs:
            raise TypeError(f"{service.__name__} takes keywords only and names its actor")
        token = _actor.set(kwargs["actor"])
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        finally:
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
