"""What projects do when a lower floor records an event."""

from typing import Any

import projects.reactions_memorandum  # noqa: F401
from common import ports
from projects.services.parties import head_changed


def _head_changed(event: Any) -> None:
    head_changed(event.subject)


ports.react("people.head_changed", _head_changed)
