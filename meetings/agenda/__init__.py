"""The agenda that writes itself (rules C1, D2): what stands on it, each department's part, and what came of the promises.

Until a meeting begins all of it is computed; `services.lay_agenda` then writes it down once, and from `agenda_at` on it stays.
"""

from meetings.agenda.items import agenda_of, left_over, writes_itself
from meetings.agenda.matter import Matter
from meetings.agenda.parts import Line, Part, parts_of
from meetings.agenda.promises import Promise, SinceLast, since_last
from meetings.agenda.standing import lay, standing_items
from meetings.agenda.words import Word

__all__ = [
    "Line",
    "Matter",
    "Part",
    "Promise",
    "SinceLast",
    "Word",
    "agenda_of",
    "lay",
    "left_over",
    "parts_of",
    "since_last",
    "standing_items",
    "writes_itself",
]
