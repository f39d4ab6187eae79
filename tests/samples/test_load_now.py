"""The launch as loaded on any day: nothing in the future, its risk as the weekday has it; loaded once, and nothing leaves."""

from datetime import date, time, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from activity.models import Clock, Delivery, Event
from collab.samples.launch import load_launch
from collab.samples.loading import load_samples
from collab.samples.shift import ZONE
from common import clock
from people.models import User
from projects.models import Project
from tests.samples.moments import assert_nothing_lies_behind
from tests.samples.test_shift import assert_dates_lie_within

pytestmark = pytest.mark.django_db


def load(*said: str) -> None:
    call_command("load_samples", "--no-shift", *said, stdout=StringIO())


def test_nothing_leaves_the_application_and_samples_are_loaded_once(settings: object) -> None:
    settings.MAIL_CONFIGURED = True  # type: ignore[attr-defined]
    load("--until", "2026-04-18")
    assert Event.objects.count() > 90
    assert not Delivery.objects.exclude(channel=Delivery.Channel.IN_APP).exists()
    with pytest.raises(CommandError):
        load()
    assert Project.objects.count() == 1


def test_an_evening_that_has_not_come_is_refused_and_leaves_nothing() -> None:
    with clock.at(clock.local(date(2026, 7, 20), time(17, 59), ZONE)), pytest.raises(CommandError):
        load("--until", "2026-07-20")
    assert not User.objects.exists()


def test_an_evening_before_the_project_is_refused() -> None:
    with pytest.raises(CommandError, match="2026-04-08"):
        load("--until", "2026-04-07")
    assert not User.objects.exists()


def test_what_fails_on_the_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loader that was broken off can be started again."""
    with monkeypatch.context() as broken:
        broken.setattr("collab.samples.launch.Walk.until", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load("--until", "2026-04-10")
    assert not User.objects.exists()
    load("--until", "2026-04-10")
    assert Project.objects.get().state == "kickoff"


def test_loaded_now_nothing_is_in_the_future_and_no_text_says_a_date_outside_the_period() -> None:
    story = load_launch()
    assert_nothing_lies_behind(clock.now())
    running = Clock.objects.get(kind="minutes", stopped_at__isnull=True, title__contains="华北铺货")
    assert timedelta(hours=21, minutes=50) < running.due_at - clock.now() <= timedelta(hours=22)
    assert_texts_lie_within_the_period(story.project)


def test_loaded_now_one_project_is_in_execution_and_one_waits_for_signatures_among_the_same_people() -> None:
    stories = load_samples()
    assert [story.project.state for story in stories] == ["execution", "kickoff"]
    assert User.objects.count() == len(stories[0].people)
    assert_nothing_lies_behind(clock.now())
    shared = set.intersection(*(set(story.project.parties.values_list("head__name", flat=True)) for story in stories))
    assert shared == {"林书瑶", "蒋明远", "宋清越"}
    with pytest.raises(CommandError):
        load()
    assert Project.objects.count() == 2


def assert_texts_lie_within_the_period(project: Project) -> None:
    """No date, quarter, season or year in a stored text lies outside the period of the project."""
    assert project.starts_on
    assert project.ends_on
    seen = set()
    for model in apps.get_models():
        texts = [
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        if texts and model._meta.app_label != "people":
            seen |= {str(said) for row in model._default_manager.values_list(*texts) for said in row if said}
    assert project.goal in seen
    for text in seen:
        assert_dates_lie_within(text, project.starts_on, project.ends_on)
