"""Rows of the permission matrix about the work calendar of the house."""

from datetime import date
from typing import Any

from people.models import DayOverride
from tests.house.rows import get, post
from tests.house.world import CAST, World

ADMINISTRATOR = "––––––––––✔–"


def own_day(w: World) -> list[Any]:
    """A day that the house decided."""
    said = {"is_workday": False, "by": w.people[CAST["SA"]]}
    return [DayOverride.objects.get_or_create(day=date(2026, 8, 3), defaults=said)[0].uid]


CALENDAR = [
    get("work_calendar", "–––––––––✔✔–"),
    post("set_days", ADMINISTRATOR),
    post("reset_days", ADMINISTRATOR, own_day),
    post("choose_week", ADMINISTRATOR),
]
