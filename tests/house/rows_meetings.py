"""Rows of the permission matrix about meetings, their agendas, minutes, certificates, and coordination."""

from typing import Any

from tests.house.rows import STEERING, post
from tests.house.world import World


def planned(w: World) -> list[Any]:
    return [w.planned.uid]


MEETINGS: list[Any] = [
    post("write_agenda", STEERING, planned),
]
