"""What documents do when people change."""

from common import ports
from documents.services import pass_on_slots


def _pass_on(event: object) -> None:
    department = event.subject  # type: ignore[attr-defined]
    if department.head_id is not None:
        pass_on_slots(department=department, successor=department.head, actor=event.actor)  # type: ignore[attr-defined]


ports.react("people.head_changed", _pass_on)
