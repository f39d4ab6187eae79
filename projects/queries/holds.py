"""When a project was held up: suspended or cancelled, and not resumed yet."""

from datetime import datetime

from common import clock
from projects.models import Project


def held_up(project: Project, since: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches after a moment in which nothing could be changed; the last one until now, while it is held up."""
    rows = project.history.order_by("history_id").values_list("history_date", "hold")
    found, begun = [], None
    for at, hold in [*rows, (clock.now(), Project.Hold.NONE)]:
        if hold != Project.Hold.NONE:
            begun = begun or at
        elif begun is not None:
            if at > since:
                found.append((max(begun, since), at))
            begun = None
    return found
