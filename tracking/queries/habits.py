"""What a person chose to see of a project: the view it opens with, and the table's columns."""

from dataclasses import dataclass

from django.db.models import QuerySet

from common.again import Again, signs
from people.models import User
from projects.models import Project
from tracking.models import Habit, SavedView

LOOKED_AT = 20


def _habits(user: int) -> QuerySet[Habit]:
    return Habit.objects.filter(user=user).select_related("view").order_by("-chosen_at")[:LOOKED_AT]


_habits_again = Again(_habits, *signs(1))


@dataclass(frozen=True)
class Chosen:
    """The view to begin with, where it still exists for this person, and the columns."""

    view: SavedView | None = None
    columns: tuple[str, ...] = ()


def chosen_by(user: User, project: Project) -> Chosen:
    """What was chosen here; columns that were not come from the project where they were chosen last. One query."""
    rows = _habits_again(user.pk)
    here = next((row for row in rows if row.project_id == project.pk), None)
    columns = here.columns if here and here.columns else next((row.columns for row in rows if row.columns), "")
    view = here.view if here else None
    if view is not None and not (view.is_shared or view.owner_id == user.pk):
        view = None
    return Chosen(view, tuple(one for one in columns.split(",") if one))
