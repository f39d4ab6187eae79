"""Rows of the permission matrix about what changes a promise: short slips, change requests, amendments."""

from typing import Any

from tests.house.rows import HEAD, READERS, STEERING, get, post
from tests.house.world import World
from tracking.models import ChangeRequest

#            IH IL PH PL PX TA MB NV EX AU SA OUT
SPEAKERS = "✔✔✔✔✔–––––∅∅"
AUTHOR = "∅∅∅✔∅∅∅∅∅∅∅∅"  # a draft is its author's alone


def running(w: World) -> list[Any]:
    return [w.running.uid]


def task(w: World) -> list[Any]:
    return [w.task.uid]


def change(w: World) -> list[Any]:
    """A request of 销售部's liaison about what it promises, in review."""
    made = ChangeRequest.objects.filter(project=w.running, state="in_review").first()
    return [(made or w.request(hand_in=True)).uid]


def change_draft(w: World) -> list[Any]:
    made = ChangeRequest.objects.filter(project=w.running, state="draft").first()
    return [(made or w.request(hand_in=False)).uid]


def slip(w: World) -> list[Any]:
    """A short slip of what 市场部 receives, asked for by 销售部's liaison."""
    return [w.slip.uid]


def amendment(w: World) -> list[Any]:
    return [w.amendment.uid]


CHANGES = [
    get("project_changes", READERS, running),
    get("request_change", SPEAKERS, running),
    post("request_change", SPEAKERS, running),
    get("change_impact", READERS, running),
    get("memorandum_moves", READERS, running),
    get("change", READERS, change),
    get("change", AUTHOR, change_draft, note="draft: its author's alone"),
    get("edit_change", AUTHOR, change_draft),
    post("edit_change", AUTHOR, change_draft),
    post("withdraw_change", "–––✔––––––∅∅", change),
    post("give_opinion", "✔✔✔✔––––––∅∅", change),
    post("decide_change", HEAD, change),
    get("task_impact", READERS, task),
    get("task_promise", READERS, task),
    get("ask_slip", "––✔✔––––––∅∅", task),
    post("ask_slip", "––✔✔––––––∅∅", task),
    post("agree_slip", "–✔––––––––∅∅", slip),
    get("refuse_slip", "–✔––––––––∅∅", slip),
    post("refuse_slip", "–✔––––––––∅∅", slip),
    post("withdraw_slip", "–––✔––––––∅∅", slip),
    post("amendment_draft", SPEAKERS, running),
    get("amendment", READERS, amendment),
    post("amendment_line", SPEAKERS, amendment),
    post("amendment_line_remove", SPEAKERS, lambda w: [w.amendment.uid, w.amendment.changes.get_or_create(kind="added")[0].uid]),
    post("amendment_reason", SPEAKERS, amendment),
    post("amendment_update", SPEAKERS, amendment),
    post("amendment_drop", STEERING, amendment),
    post("amendment_open", HEAD, amendment),
    post("amendment_take_back", HEAD, amendment),
]
