"""Minutes to be copied into a chat: plain text in the reader's language, with a short link (rule H1b)."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from common import clock
from meetings.asking import asked_words
from meetings.beat import plan_meetings
from meetings.chat import chat_text, meeting_uid_of, short_address
from meetings.desk import to_confirm
from meetings.letters import distributed
from meetings.models import Meeting, Minutes
from meetings.services import (
    add_action,
    add_resolution,
    confirm_minutes,
    object_to_resolution,
    open_revision,
    publish_minutes,
    write_summary,
)
from people.models import User
from tests.meetings.conftest import END

People = dict[str, User]
SOON = END + timedelta(hours=2)


@pytest.fixture
def out(weekly: Meeting, people: People) -> Minutes:
    """Minutes of the liaisons' meeting, an hour after its end."""
    chair = people["周以宁"]
    with clock.at(END + timedelta(hours=1)):
        add_resolution(actor=chair, meeting_uid=weekly.uid, text="首批铺货 <100 家> 门店")
        add_action(actor=chair, meeting_uid=weekly.uid, text="核对门店名单", owner=people["许知夏"], due_on=date(2026, 4, 20))
        write_summary(actor=chair, meeting_uid=weekly.uid, seen_version=1, summary="铺货提前一周。\n场地已定。")
        return publish_minutes(actor=chair, meeting_uid=weekly.uid)


def message(minutes: Minutes) -> str:
    """As it is copied, an hour after they went out, from the page of a version to which nobody objects."""
    with clock.at(SOON):
        return chat_text(minutes, asked_words(minutes, held_up=False))


def copied(client: Client, minutes: Minutes) -> str:
    """The message on the page of the minutes."""
    page = unescape(client.get(f"/meetings/{minutes.meeting.uid}/minutes/?version={minutes.edition}").content.decode())
    (text,) = re.findall(r'<textarea[^>]*id="chat"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return str(text)


def test_the_message_says_all_that_a_reader_needs_and_nothing_of_a_page(out: Minutes) -> None:
    address = short_address(out)
    assert message(out) == "\n".join(
        [
            "周例会纪要",
            "2026年4月14日 周二 14:00 · 新品上市",
            "",
            "铺货提前一周。\n场地已定。",
            "",
            "决议",
            "1. 首批铺货 <100 家> 门店",
            "",
            "行动项",
            "1. 核对门店名单 · 许知夏 · 2026年4月20日前",
            "",
            "如有异议，请于4月16日 18:00前提出；逾期存档，并列明未回复人员。",
            address,
        ]
    )
    with translation.override("en"):
        assert "1. 核对门店名单 · 许知夏 · until 20 Apr 2026" in message(out)


def test_every_reader_finds_it_on_the_page_the_nudge_is_for_who_sent_them(out: Minutes, people: People, client: Client) -> None:
    with clock.at(SOON):
        confirm_minutes(actor=people["沈嘉禾"], minutes_uid=out.uid)
        client.force_login(people["许知夏"])
        page = unescape(client.get(out.get_absolute_url()).content.decode())
        assert message(out) in page
        assert "尚未回复" not in page
        client.force_login(people["周以宁"])
        page = client.get(out.get_absolute_url()).content.decode()
        assert "尚未回复：田牧野、许知夏、孟初晴\n如有异议，请于4月16日 18:00前提出" in page
        assert "复制到微信" in client.get(out.meeting.get_absolute_url()).content.decode()


def test_archived_minutes_ask_nothing_any_more(out: Minutes, people: People, client: Client) -> None:
    with clock.at(SOON):
        for name in ("沈嘉禾", "田牧野", "许知夏", "孟初晴"):
            confirm_minutes(actor=people[name], minutes_uid=out.uid)
    out.refresh_from_db()
    assert out.state == "archived"
    client.force_login(people["许知夏"])
    with clock.at(SOON):
        assert "异议" not in copied(client, out)


def test_while_a_new_version_is_written_the_message_of_the_old_one_asks_nothing(
    out: Minutes, people: People, client: Client
) -> None:
    client.force_login(people["许知夏"])
    with clock.at(SOON):
        assert "如有异议，请于4月16日 18:00前提出" in copied(client, out)
        open_revision(actor=people["周以宁"], minutes_uid=out.uid, reason="更正")
        assert "异议" not in copied(client, out)


def test_an_objection_that_holds_them_up_is_said_in_message_mail_page_and_desk(
    out: Minutes, people: People, client: Client
) -> None:
    reader = people["许知夏"]
    client.force_login(reader)
    assert out.answer_by is not None
    with clock.at(SOON):
        object_to_resolution(actor=people["沈嘉禾"], resolution_uid=out.resolutions.get().uid, text="应为80家")
    before = "请于4月16日 18:00前回复；有异议未处理时，不会存档。"
    after = "答复期限（4月16日 18:00）已过；有异议未处理时，不会存档。"
    for now, said in ((SOON, before), (out.answer_by + timedelta(hours=1), after)):
        with clock.at(now):
            plan_meetings()
            assert copied(client, out).splitlines()[-2] == said
            (row,) = to_confirm(reader).rows
            assert row.context["asked"] == said
            assert said in client.get("/").content.decode()
            assert "逾期存档" not in client.get(out.get_absolute_url()).content.decode()
            assert said in distributed(out.event, reader).lines
            out.__dict__.pop("_told", None)


def test_after_the_time_it_is_not_asked_by_a_day_that_is_past(out: Minutes) -> None:
    assert out.answer_by is not None
    with clock.at(out.answer_by):
        assert asked_words(out, held_up=False) == "答复期限（4月16日 18:00）已过；存档前仍可回复。"


def test_the_short_link_leads_who_may_read_them_to_the_minutes(out: Minutes, people: People, client: Client) -> None:
    address = short_address(out)
    path = "/m/" + address.split("/m/")[1]
    assert len(path) < 30
    assert client.get(path).url.endswith(f"?next={path}")  # first one signs in
    client.force_login(people["许知夏"])
    with clock.at(SOON):
        assert client.get(path).url == out.get_absolute_url()
        client.force_login(people["米小禾"])
        assert client.get(path).status_code == 403
        for wrong in ("x", "Z" * 22, "a" * 23, "-_" * 11):
            assert client.get(f"/m/{wrong}/").status_code == 404
    assert meeting_uid_of("x") is None
