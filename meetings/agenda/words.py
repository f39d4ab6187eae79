"""What is said of a promise or a piece of work on the room's screen (rule D2): three words, and no ranking."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from tracking.models import Task


class Word(TextChoices):
    """As the plan has it; later than it had it, by agreement or by what was done late; not done."""

    ON_TIME = "on_time", pgettext_lazy("agenda", "On time")
    MOVED = "moved", pgettext_lazy("agenda", "Moved")
    UNDONE = "undone", pgettext_lazy("agenda", "Not done")


def word_of(
    *, state: str, due_on: date | None, finished_on: date | None, moved: bool, deviation: int, threshold: int, today: date
) -> Word:
    """The word of a task; before its date it is on time as long as it is not behind by more than the threshold."""
    if state == Task.State.DONE:
        late = due_on is not None and finished_on is not None and finished_on > due_on
        return Word.MOVED if late or moved else Word.ON_TIME
    if due_on is not None and due_on < today:
        return Word.UNDONE
    if moved:
        return Word.MOVED
    return Word.UNDONE if deviation > threshold else Word.ON_TIME
