"""What the phases' floor does when a lower one records an event: the hand-over from one liaison to the next (rule A2)."""

from typing import Any

from common import ports
from lifecycle.services import hand_over


def _liaison_changed(event: Any) -> None:
    if event.facts.get("before_id"):
        hand_over(event.subject, event.facts["before_id"], event.facts["liaison_id"], actor=event.actor)


ports.react("party.liaison_appointed", _liaison_changed)
