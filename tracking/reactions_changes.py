"""What tracking does when an amendment is drafted, given up, or in force; in the same transaction (rule C9)."""

from typing import Any

from common.ports import react
from tracking.services.amended import collect_slips, follow_amendment, free_of


def _collect(event: Any) -> None:
    collect_slips(event.subject)


def _free(event: Any) -> None:
    free_of(event.subject)


def _follow(event: Any) -> None:
    follow_amendment(event.subject)


for verb in ("amendment.drafted", "amendment.edited", "amendment.updated"):
    react(verb, _collect)
react("amendment.dropped", _free)
react("amendment.in_force", _follow)
