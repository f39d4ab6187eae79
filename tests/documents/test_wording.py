"""Differences by word and by clause: what went and what came stands in place, Chinese by its characters, nothing else moves."""

from typing import Any

import pytest
from django.utils import translation

from documents.changes import compare
from documents.templatetags.change_words import changed_field, word_changes
from documents.wording import pieces


def told(before: str, after: str) -> str:
    signs = {"same": "{}", "out": "[-{}-]", "in": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in pieces(before, after))


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("6月20日前完成铺货", "6月30日前完成铺货", "6月[-20-][+30+]日前完成铺货"),
        ("完成100家门店上架", "完成80家门店上架并验收", "完成[-100-][+80+]家门店上架[+并验收+]"),
        ("deliver the test report", "deliver the final test report", "deliver the [+final +]test report"),
        ("量产", "", "[-量产-]"),
        ("", "量产", "[+量产+]"),
        ("一样", "一样", "一样"),
        ("市场需求文档", "Budget", "[-市场需求文档-][+Budget+]"),
    ],
)
def test_what_went_and_came_stands_in_its_place(before: str, after: str, way: str) -> None:
    assert told(before, after) == way


def test_both_wordings_can_be_read_off_the_difference() -> None:
    before, after = "核定上市预算，含推广与铺货两项；" * 60, "核定首批上市预算，含推广、铺货与售后三项；" * 60
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "in") == before
    assert "".join(piece.text for piece in found if piece.kind != "out") == after


def test_a_difference_is_said_not_only_coloured_and_what_was_typed_is_escaped() -> None:
    with translation.override("en"):
        said = word_changes("交付 <b>10</b> 台", "交付 <b>20</b> 台")
    assert "<del>" in said
    assert "<ins>" in said
    assert "struck out:" in said
    assert "<b>" not in said


def test_days_and_figures_change_as_a_whole() -> None:
    with translation.override("zh-hans"):
        said = changed_field("due_on", "2026-06-20", "2026-06-30")
    assert "<del>2026年6月20日</del>" in said
    assert "<ins>2026年6月30日</ins>" in said


def paper(**given: Any) -> dict[str, Any]:
    clause = {"uid": "a", "number": "2.1", "department": "市场部", "text": "写需求", "due_on": "2026-04-30"}
    need = {"spec": "操作工", "quantity": "2", "state": "asked", "answer": ""}
    return {"goal": "上市", "clauses": [clause], "resources": [need], "scope_in": ["全过程"]} | given


def test_every_part_of_the_paper_is_compared() -> None:
    before = paper()
    after = paper(
        goal="按期上市",
        clauses=[dict(before["clauses"][0], number="2.3")],
        resources=[dict(before["resources"][0], state="partly", answer="只有一名")],
        scope_in=["全过程", "培训"],
    )
    found = compare(before, after)
    assert found.clauses == []  # a number that moved alone is no change
    assert found.terms == (("goal", "上市", "按期上市"),)
    assert [(row.section, row.kind, row.name) for row in found.rows] == [
        ("scope_in", "added", "培训"),
        ("resources", "changed", "操作工"),
    ]
    assert [name for name, _old, _new in found.rows[1].fields] == ["state", "answer"]
    assert not compare(before, paper())
