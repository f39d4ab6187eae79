"""A row of the permission matrix: one route tried in one way, and who passes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import World

Args = Callable[[World], list[Any]]
Said = Callable[[World], dict[str, Any]]
EVERYBODY = "✔✔✔✔✔✔✔✔✔✔✔✔"
#            IH IL PH PL PX TA MB NV EX AU SA OUT
READERS = "✔✔✔✔✔✔✔✔✔✔∅∅"
STEERING = "✔✔––––––––∅∅"
HEAD = "✔–––––––––∅∅"


@dataclass(frozen=True)
class Route:
    """One route tried in one way; cells in the order of the cast."""

    name: str
    cells: str
    args: Args = field(default=lambda _world: [])
    method: str = "post"
    said: Said = field(default=lambda _world: {})
    note: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.note and f' ({self.note})'}"


def get(name: str, cells: str, args: Args = lambda _w: [], note: str = "") -> Route:
    return Route(name, cells, args, "get", note=note)


def post(name: str, cells: str, args: Args = lambda _w: [], said: Said = lambda _w: {}, note: str = "") -> Route:
    return Route(name, cells, args, "post", said, note)
