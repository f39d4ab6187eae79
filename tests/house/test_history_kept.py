"""What people change keeps its history: such rows are never written past it."""

import ast
import re

from django.apps import apps

from tests.house.source import Source, sources, written

PAST_HISTORY = {"update", "bulk_create", "bulk_update", "aupdate", "abulk_create"}
WITH_ITS_HISTORY = {"tracking/scan_many.py": {"tracking_risk"}}  # writes both itself; tests/tracking/test_scan_many.py compares
RAW = re.compile(r"\b(update|insert\s+into|delete\s+from)\s+\"?([a-z_]+)", re.I)


def tracked() -> dict[str, str]:
    """Models with history: their class names and tables."""
    return {model.__name__: model._meta.db_table for model in apps.get_models() if hasattr(model, "history")}


def managers() -> set[str]:
    """Names of relations that lead to models with history: project.parties, task.reports …"""
    names = set()
    for model in apps.get_models():
        for relation in model._meta.related_objects:
            accessor = relation.get_accessor_name()
            if accessor and hasattr(relation.related_model, "history"):
                names.add(accessor)
    return names


def written_past(source: Source, models: set[str], relations: set[str]) -> list[str]:
    """Calls of update() and bulk writes on a model with history, found by the model's or the relation's name."""
    found = []
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PAST_HISTORY):
            continue
        chain, verb = ast.unparse(node.func.value), node.func.attr
        begins = re.match(r"(\w+)\.objects\b", chain)
        steps = set(re.findall(r"\.(\w+)\.(?=all|filter|exclude|order_by|update|bulk)", f"{chain}.{verb}"))
        if (begins and begins[1] in models) or steps & relations:
            found.append(f"{source.name}:{node.lineno} {chain[:60]}.{verb}")
    return found


def test_rows_with_history_are_not_written_in_bulk_past_it() -> None:
    models, relations = set(tracked()), managers()
    assert {"Project", "Party", "Task", "User"} <= models
    assert [line for s in sources() for line in written_past(s, models, relations)] == []


def test_no_raw_sql_writes_a_table_with_history() -> None:
    tables = set(tracked().values())
    found = [
        f"{source.name}:{node.lineno} {match[2]}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for match in RAW.finditer(node.value)
        if match[2].lower() in tables - WITH_ITS_HISTORY.get(source.name, set())
    ]
    assert found == []


def test_only_move_assigns_a_state() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        if source.name != "common/moves.py"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert found == []


def test_the_check_sees_what_it_forbids() -> None:
    models, relations = set(tracked()), managers()
    for text in (
        "Project.objects.filter(pk=1).update(name='x')",
        "project.parties.all().update(order=1)",
        "User.objects.bulk_create(rows)",
    ):
        assert written_past(written("people/x.py", text), models, relations), text
    assert not written_past(written("people/x.py", "Notice.objects.filter(pk=1).update(seen_at=None)"), models, relations)
