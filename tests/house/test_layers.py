"""Imports point down: from floor to floor, and inside an app from skins to models."""

from tests.house.source import FLOORS, Source, sources, written

# models ← access, queries ← services, jobs (rung by name) ← reactions, beat ← forms, views, api
RANK = {
    "models": 0, "access": 1, "queries": 1, "jobs": 3, "services": 3, "reactions": 4, "beat": 4, "plugs": 5, "words": 5,
    "forms": 5, "views": 5, "api": 5, "urls": 6,
}  # fmt: skip


def upward(source: Source) -> list[str]:
    """What a file imports from floors above its own."""
    own = FLOORS.index(source.app)
    return [
        f"{source.name}:{line} imports {module}"
        for module, line, _lazy in source.imports()
        if module.split(".")[0] in FLOORS and FLOORS.index(module.split(".")[0]) > own
    ]


def out_of_order(source: Source) -> list[str]:
    """What a file imports from its own app's parts that stand above it."""
    own = RANK.get(source.part)
    found = []
    for module, line, _lazy in source.imports():
        app, _dot, rest = module.partition(".")
        part = rest.split(".")[0].partition("_")[0]
        if own is not None and app == source.app and RANK.get(part, 0) > own:
            found.append(f"{source.name}:{line} imports {module}")
    return found


def test_no_floor_imports_from_a_floor_above_it() -> None:
    assert [line for source in sources(migrations=True) for line in upward(source)] == []


def test_inside_an_app_services_do_not_know_their_skins() -> None:
    assert sorted({line for source in sources() if source.app != "collab" for line in out_of_order(source)}) == []


def test_nothing_is_imported_inside_a_function() -> None:
    lazy = [f"{s.name}:{line} {module}" for s in sources() for module, line, inside in s.imports() if inside]
    assert lazy == []


def test_the_floors_know_no_tests() -> None:
    assert [f"{s.name}:{line}" for s in sources() for module, line, _ in s.imports() if module.split(".")[0] == "tests"] == []


def test_the_check_sees_what_it_forbids() -> None:
    lazy = written("people/services.py", "def f():\n    from projects.models import Project\n    return Project")
    assert upward(lazy)
    assert any(inside for _module, _line, inside in lazy.imports())
    assert upward(written("people/x.py", "import_module('projects.models')"))
    assert out_of_order(written("projects/services/goal.py", "from projects.views import goal"))
    assert out_of_order(written("projects/models/goal.py", "from ..services import goal"))
    assert not upward(written("projects/x.py", "from people.models import User"))
