"""The routes of the API as rows of the permission matrix: who passes the door of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import World

Args = Callable[[World], list[Any]]
Said = Callable[[World], dict[str, Any]]
#            IH IL PH PL PX TA MB NV EX AU SA OUT
EVERYBODY = "✔✔✔✔✔✔✔✔✔✔✔✔"
READERS = "✔✔✔✔✔✔✔✔✔✔∅∅"


@dataclass(frozen=True)
class ApiRoute:
    """One route tried in one way; cells in the order of the cast."""

    name: str
    cells: str
    args: Args = field(default=lambda _world: [])
    said: Said | None = None  # none: a GET
    note: str = ""

    @property
    def method(self) -> str:
        return "get" if self.said is None else "post"

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.note and f' ({self.note})'}"


def running(w: World) -> list[Any]:
    return [w.running.uid]


def task(w: World) -> list[Any]:
    return [w.task.uid]


def risk(w: World) -> list[Any]:
    return [w.risk.uid]


def post(name: str, cells: str, args: Args, said: dict[str, Any], note: str = "") -> ApiRoute:
    return ApiRoute(name, cells, args, lambda _w: said, note)


API = [
    ApiRoute("api_schema", EVERYBODY),
    ApiRoute("api_root", EVERYBODY),
    ApiRoute("api_projects", EVERYBODY),
    ApiRoute("api_project", READERS, running),
    ApiRoute("api_project", "✔✔∅∅∅∅∅∅∅∅∅∅", lambda w: [w.draft.uid], note="draft"),
    ApiRoute("api_dump", READERS, running),
    ApiRoute("api_project_tasks", READERS, running),
    ApiRoute("api_project_reports", READERS, running),
    ApiRoute("api_project_risks", READERS, running),
    ApiRoute("api_project_changes", READERS, running),
    ApiRoute("api_project_minutes", "✔✔✔✔✔✔–✔✔✔∅∅", running),
    ApiRoute("api_task", READERS, task),
    ApiRoute("api_task_reports", READERS, task),
    post("api_task_reports", "✔✔✔✔–✔––––∅∅", task, {"done": 1}),
    post("api_task_move", "✔✔✔✔–✔––––∅∅", task, {"to": "in_progress"}),
    post("api_task_submit", "✔✔✔✔–✔––––∅∅", task, {}),
    post("api_task_accept", "✔✔––––––––∅∅", task, {}),  # the department that receives it
    post("api_task_return", "✔✔––––––––∅∅", task, {"reason": "缺照片"}),
    ApiRoute("api_task_comments", READERS, task),
    post("api_task_comments", "✔✔✔✔–✔✔✔✔–∅∅", task, {"text": "好"}),
    ApiRoute("api_risk", READERS, risk),
    ApiRoute("api_minutes", "✔✔✔✔✔––✔✔✔∅∅", lambda w: [w.out.uid], note="distributed"),
    ApiRoute("api_minutes", "✔✔––––––––∅∅", lambda w: [w.writing.uid], note="draft"),
]
OPEN = {"api_nowhere"}  # an address that is none says so to everybody
NAMES = {route.name for route in API} | OPEN
