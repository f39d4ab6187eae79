"""Something to talk about at a meeting, whatever it comes from (rule D2)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from meetings.models import AgendaItem

Source = AgendaItem.Source
ORDER = [
    *(Source.BROKEN, Source.SLIPPING, Source.DEVIATION, Source.CLOCK),
    *(Source.CHANGE, Source.UNSIGNED, Source.ACTION, Source.TOPIC),
]


@dataclass
class Matter:
    """Something to talk about: from what it comes, what it is about, how many departments wait on it, since when it is so."""

    source: str
    subject: str  # "app.model:uid", the same at the next meeting
    title: str
    since: datetime
    department: int | None = None
    waits: int = 0
    carried: int = 0
    topic: int | None = None  # the key of the topic that it is
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[Any, ...]:
        """By how many departments wait, then by age; what is left equal keeps an order of its own."""
        return (-self.waits, self.since, ORDER.index(Source(self.source)), self.subject)
