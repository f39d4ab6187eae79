"""What a project lacks to leave its phase, gathered from every floor that knows."""

from common import ports
from projects.models import Project


def missing_now(project: Project) -> list[ports.Missing]:
    """The open items of the gate at the end of the present phase; what cannot be passed over comes first."""
    items = [item for ask in ports.gates.get(project.state, []) for item in ask(project)]
    return sorted(items, key=lambda item: not item.hard)
