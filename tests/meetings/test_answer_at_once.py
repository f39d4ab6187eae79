"""Two confirm, one objects and the system archives at the same moment: each act is done or refused, and none half (rule D5)."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from django.db import connection

from activity.models import Event
from common import clock
from common.refusals import Refused
from documents.models import Document
from documents.services.finishing import finish_document
from meetings.beat import plan_meetings
from meetings.models import Meeting, Minutes, ResolutionObjection
from meetings.services import (
    add_resolution,
    archive_minutes,
    confirm_minutes,
    object_to_resolution,
    objecting,
    open_revision,
    publish_minutes,
    reading,
    write_summary,
)
from people.models import User
from tests.documents.build import sign_as
from tests.meetings.conftest import END

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
People = dict[str, User]
OUT = END + timedelta(hours=1)
LATER = END + timedelta(days=4)
LIAISONS = ("周以宁", "沈嘉禾", "田牧野", "许知夏", "孟初晴")


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """All at the same moment, each in a thread and connection of its own; what was raised."""
    gate, raised = threading.Barrier(len(acts)), []

    def one(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            with clock.at(LATER):
                act()
        except BaseException as trouble:
            raised.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """Four are asked; the time to answer is over soon."""
    with clock.at(OUT):
        add_resolution(actor=people["周以宁"], meeting_uid=weekly.uid, text="首批铺货100家门店")
        return publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)


def test_two_confirm_one_objects_and_three_schedulers_archive(out: Minutes, people: People) -> None:
    resolution = out.resolutions.get()
    raised = at_once(
        lambda: confirm_minutes(actor=people["沈嘉禾"], minutes_uid=out.uid),
        lambda: confirm_minutes(actor=people["田牧野"], minutes_uid=out.uid),
        lambda: object_to_resolution(actor=people["许知夏"], resolution_uid=resolution.uid, text="应为80家"),
        plan_meetings,
        plan_meetings,
        plan_meetings,
    )
    assert all(isinstance(trouble, Refused) for trouble in raised), raised
    out.refresh_from_db()
    held = ResolutionObjection.objects.filter(state="open").count()
    archived = Event.objects.filter(verb="minutes.archived").count()
    assert (out.state, held, archived) in {("distributed", 1, 0), ("archived", 0, 1)}
    assert Document.objects.filter(kind="minutes").count() == archived
    confirmed = {row.user.name for row in out.readers.filter(confirmed_at__isnull=False).select_related("user")}
    if archived:  # whoever came too late was told so, and is named as silent
        event = Event.objects.get(verb="minutes.archived")
        assert set(event.facts["silent"]) == {"沈嘉禾", "田牧野", "许知夏", "孟初晴"} - confirmed
    else:
        assert {"沈嘉禾", "田牧野"} <= confirmed
        assert Event.objects.filter(verb="minutes.held_up").count() <= 1


def test_the_last_two_confirm_at_once_and_one_of_them_archives(out: Minutes, people: People) -> None:
    with clock.at(OUT):
        for name in ("沈嘉禾", "田牧野"):
            confirm_minutes(actor=people[name], minutes_uid=out.uid)
    raised = at_once(
        lambda: confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid),
        lambda: confirm_minutes(actor=people["孟初晴"], minutes_uid=out.uid),
    )
    assert raised == []
    out.refresh_from_db()
    assert out.state == "archived"
    assert Event.objects.filter(verb="minutes.archived").count() == 1


def test_the_chair_archives_while_the_last_head_signs_and_nobody_waits_for_ever(kickoff: Meeting, people: People) -> None:
    chair = people["林书瑶"]
    with clock.at(OUT):
        write_summary(actor=chair, meeting_uid=kickoff.uid, seen_version=1, summary="目标已定。")
        minutes = publish_minutes(actor=chair, meeting_uid=kickoff.uid)
    document = minutes.document
    assert document is not None
    with clock.at(LATER):
        for name in ("林书瑶", "顾承泽", "贺立川", "蒋明远"):
            sign_as(people[name], document)

    def last() -> None:
        sign_as(people["宋清越"], document)
        finish_document(document.pk)

    raised = at_once(last, lambda: archive_minutes(actor=chair, minutes_uid=minutes.uid))
    assert all(isinstance(trouble, Refused) for trouble in raised), raised
    minutes.refresh_from_db()
    document.refresh_from_db()
    assert (minutes.state, document.state) == ("archived", "complete")
    assert document.slots.filter(state__in=["signed", "silent"]).count() == 5
    assert Event.objects.filter(verb="minutes.archived").count() == 1


def signed_by_heads(kickoff: Meeting, people: People, confirming: tuple[str, ...]) -> Minutes:
    """Kick-off minutes that these have confirmed and all heads signed; what follows from it is still to come."""
    with clock.at(OUT):
        add_resolution(actor=people["林书瑶"], meeting_uid=kickoff.uid, text="首批铺货100家门店")
        minutes = publish_minutes(actor=people["林书瑶"], meeting_uid=kickoff.uid)
        for name in confirming:
            confirm_minutes(actor=people[name], minutes_uid=minutes.uid)
        assert minutes.document is not None
        for name in ("林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"):
            sign_as(people[name], minutes.document)
    return minutes


def test_the_last_confirms_while_the_signed_paper_is_finished_and_neither_ends_the_other(
    kickoff: Meeting, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = signed_by_heads(kickoff, people, LIAISONS[:-1])
    document = signed.document
    assert document is not None
    _slowly(monkeypatch, reading, "archive_if_answered")
    raised = at_once(
        lambda: confirm_minutes(actor=people["孟初晴"], minutes_uid=signed.uid),
        lambda: _after(0.3, lambda: finish_document(document.pk)),
    )
    assert raised == []
    signed.refresh_from_db()
    assert signed.state == "archived"


def test_an_objection_on_its_way_is_seen_by_who_finishes_the_signed_paper(
    kickoff: Meeting, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = signed_by_heads(kickoff, people, LIAISONS)
    document, resolution = signed.document, signed.resolutions.get()
    assert document is not None
    _slowly(monkeypatch, objecting, "_take_back_confirmation")
    raised = at_once(
        lambda: object_to_resolution(actor=people["许知夏"], resolution_uid=resolution.uid, text="应为80家"),
        lambda: _after(0.3, lambda: finish_document(document.pk)),
    )
    assert raised == []
    signed.refresh_from_db()
    assert (signed.state, ResolutionObjection.objects.get().state) == ("distributed", "open")


def _after(seconds: float, act: Callable[[], object]) -> object:
    time.sleep(seconds)
    return act()


def _slowly(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """This step of an act takes a second, so that the other one meets it."""
    step = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: _after(1, lambda: step(*given)))


def test_a_correction_and_a_confirmation_at_once(out: Minutes, people: People) -> None:
    raised = at_once(
        lambda: open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正"),
        lambda: open_revision(actor=people["林书瑶"], minutes_uid=out.uid, reason="也更正"),
        lambda: confirm_minutes(actor=people["许知夏"], minutes_uid=out.uid),
    )
    assert all(isinstance(trouble, Refused) for trouble in raised), raised
    assert out.meeting.minutes_versions.count() == 2
    assert Event.objects.filter(verb="minutes.revision_opened").count() == 1
