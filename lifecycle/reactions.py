"""What follows when a lower floor records an event: hand-over between liaisons, gaps of a gate that opened by itself."""

from typing import Any

from common import ports
from lifecycle.services import hand_over, keep_gaps_of_kickoff


def _liaison_changed(event: Any) -> None:
    if event.facts.get("before_id"):
        hand_over(event.subject, event.facts["before_id"], event.facts["liaison_id"], actor=event.actor)


def _in_force(event: Any) -> None:
    keep_gaps_of_kickoff(event.subject.project)


ports.react("memorandum.in_force", _in_force)
ports.react("party.liaison_appointed", _liaison_changed)
