"""Up to where a reader has read: nothing is lost although ids commit out of order, and nothing can be told from it outside."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from activity.live.cursor import Cursor, Hole
from activity.live.reading import MOST, read
from activity.models import Event
from common import clock
from projects.models import Project
from tests.activity.conftest import NOON, Tell


def test_it_comes_back_as_it_was_given_out() -> None:
    cursor = Cursor(1234567, (Hole(12, 13, 1_780_000_000), Hole(99, 99, 1_780_000_001)))
    assert Cursor.unsealed(cursor.sealed()) == cursor


def test_nothing_can_be_told_from_it() -> None:
    one, two = Cursor(41).sealed(), Cursor(41).sealed()
    assert one != two
    assert "41" not in one


@pytest.mark.parametrize("said", ["", "7", "…", "AAAA", "=" * 40])
def test_what_was_not_given_out_is_no_cursor(said: str) -> None:
    assert Cursor.unsealed(said) is None


def test_a_changed_cursor_is_none() -> None:
    said = Cursor(41).sealed()
    assert Cursor.unsealed(("B" if said[0] == "A" else "A") + said[1:]) is None


def test_events_behind_it_are_read_once(tell: Tell) -> None:
    start = Cursor.present()
    first, second = tell("周以宁"), tell("周以宁")
    found = read(start)
    assert [row.pk for row in found.events] == [first.pk, second.pk]
    assert read(found.cursor).events == []


def test_what_happened_while_a_page_was_drawn_is_told_again(tell: Tell) -> None:
    with clock.at(NOON):
        tell("周以宁")
    with clock.at(NOON + timedelta(seconds=55)):
        fresh = tell("周以宁")
    with clock.at(NOON + timedelta(seconds=60)):
        assert [row.pk for row in read(Cursor.present(10)).events] == [fresh.pk]
        assert read(Cursor.present(0)).events == []


def test_the_earliest_of_two_has_read_what_both_have(tell: Tell) -> None:
    early = Cursor.present()
    event = tell("周以宁")
    late = Cursor.present()
    assert [row.pk for row in read(late.earliest(early)).events] == [event.pk]
    assert Cursor.of_pages([late.sealed(), early.sealed()]) == late.earliest(early)
    assert Cursor.of_pages([late.sealed(), "nothing"]) is None


def test_who_is_far_behind_is_told_of_the_project_alone(tell: Tell, project: Project) -> None:
    start = Cursor.present()
    event = tell("周以宁")
    Event.objects.bulk_create([
        Event(project_id=project.pk, verb=event.verb, content_type=event.content_type, object_id=project.pk, title="…")
        for _ in range(MOST)
    ])  # fmt: skip
    found = read(start)
    assert (found.events, found.too_much) == ([], {project.pk})
    assert read(found.cursor).events == []


def test_many_holes_become_one_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    cursor = Cursor(0).after(range(2, 101, 2))
    (hole,) = cursor.holes
    assert (hole.first, hole.last, cursor.upto) == (1, 99, 100)


def test_a_hole_that_is_never_filled_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    with clock.at(NOON):
        cursor = Cursor(5).after([9])
        assert [(hole.first, hole.last) for hole in cursor.holes] == [(6, 8)]
    with clock.at(NOON + timedelta(seconds=299)):
        assert [(hole.first, hole.last) for hole in cursor.after([7]).holes] == [(6, 6), (8, 8)]
    with clock.at(NOON + timedelta(seconds=301)):
        assert cursor.after([]).holes == ()


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_read_all_the_same(tell: Tell) -> None:
    """The first takes its id, the second commits before it: no reader that has seen the second misses the first."""
    taken, done, late = threading.Event(), threading.Event(), []

    def slow() -> None:
        try:
            with transaction.atomic():
                late.append(tell("周以宁", what="first").pk)
                taken.set()
                done.wait(10)
        finally:
            connection.close()

    start = Cursor.present()
    thread = threading.Thread(target=slow)
    thread.start()
    assert taken.wait(10)
    second = tell("周以宁", what="second")
    assert second.pk > late[0]
    seen, fresh = read(start), Cursor.present()
    assert [row.pk for row in seen.events] == [second.pk]
    done.set()
    thread.join(10)
    assert [row.pk for row in read(seen.cursor).events] == late
    assert [row.pk for row in read(fresh).events] == late, "a page that was drawn meanwhile is told as well"
