"""The page of a distribution certificate: everybody's reach, few queries however long it is, files, sending again (rule D4)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.beat import sweep_outbox
from activity.models import Attempt, Clock, Delivery, Event
from common import clock
from common.refusals import Refused
from meetings.jobs import print_certificate
from meetings.models import Meeting, Minutes, MinutesReader
from meetings.services.certifying import certify
from meetings.services.resending import resend_minutes
from people.models import User
from tests.meetings.certified import OUT, file_of, key, late, said, sent, tick
from tests.meetings.test_reach_everybody import out
from tests.servers import Smtp

People = dict[str, User]
__all__ = ["key"]
AFTER = OUT + timedelta(hours=1)


def page(who: User, name: str, *args: Any, **more: Any) -> Any:
    """What this person's browser gets."""
    client = Client()
    with clock.at(AFTER):
        client.force_login(who)
        return client.get(reverse(name, args=args), more)


def post(who: User, name: str, *args: Any, **more: Any) -> Any:
    client = Client()
    with clock.at(AFTER):
        client.force_login(who)
        return client.post(reverse(name, args=args), more)


def names(answer: Any) -> list[str]:
    return [row["line"].person["name"] for row in answer.context["lines"]]


def test_each_role_sees_the_lines_that_are_its_own(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    for who in ("林书瑶", "周以宁", "陆景行", "钟鉴明"):
        assert len(names(page(people[who], "certificate", minutes.uid))) == 5, who
    assert names(page(people["蒋明远"], "certificate", minutes.uid)) == ["许知夏"]
    assert names(page(people["许知夏"], "certificate", minutes.uid)) == ["许知夏"]
    assert page(people["米小禾"], "certificate", minutes.uid).status_code == 403
    assert page(people["毕以恒"], "certificate", minutes.uid).status_code == 404


def test_it_says_accepted_and_opened_and_never_read(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    text = page(people["林书瑶"], "certificate", minutes.uid).content.decode()
    for words in (
        "按时送达",
        "邮件服务器已接收",
        "在本系统打开",
        "250 OK queued as",
        "2026-04-15 07:30:00 UTC",
        minutes.content_sha256,
    ):
        assert words in text
    assert "已读" not in text


def test_forty_minutes_late_is_said_on_the_page(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = late(weekly, people, smtp)
    text = page(people["林书瑶"], "certificate", minutes.uid).content.decode()
    assert "晚了 40 分" in text
    assert "记为超时" in text


def test_a_long_list_is_paged_and_asks_no_more_than_a_short_one(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes, client = sent(weekly, people), Client()

    def asked() -> tuple[Any, int]:
        with clock.at(AFTER), CaptureQueriesContext(connection) as queries:
            return client.get(reverse("certificate", args=[minutes.uid])), len(queries)

    client.force_login(people["林书瑶"])
    asked()
    _short, before = asked()
    many = [User(username=f"u{n}", name=f"员工{n}", email=f"u{n}@x.example") for n in range(120)]
    User.objects.bulk_create(many)
    MinutesReader.objects.bulk_create([MinutesReader(minutes=minutes, user=user) for user in many])
    answer, after = asked()
    assert (len(answer.context["lines"]), answer.context["page"].paginator.count) == (50, 125)
    assert after <= before <= 28  # of these the frame of a project in preparation asks the most


def test_the_files_are_those_that_were_issued(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = sent(weekly, people)
    answer = post(people["林书瑶"], "issue_certificate", minutes.uid)
    certificate = minutes.certificates.get()
    assert answer.url == reverse("certificate_file", args=[certificate.uid])
    file = page(people["林书瑶"], "certificate_file", certificate.uid)
    assert file.content == file_of(certificate)
    assert "attachment" in file["Content-Disposition"]
    assert json.loads(file.content)["certificate"]["header"]["number"] == 1


def test_the_paper_is_printed_once_when_it_is_asked_for(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> None:
    minutes = late(weekly, people, smtp)
    certificate = minutes.certificates.latest("number")
    assert page(people["林书瑶"], "certificate_pdf", certificate.uid).status_code == 503
    for _twice in range(2):
        print_certificate(certificate.pk, people["林书瑶"].language)
    answer = page(people["林书瑶"], "certificate_pdf", certificate.uid)
    assert answer.content.startswith(b"%PDF-")
    assert certificate.papers.count() == 1


@pytest.fixture
def refused(weekly: Meeting, people: People, smtp: Smtp, key: Path) -> Minutes:
    """The address of 许知夏 is refused for good."""
    smtp.refuse[people["许知夏"].email] = "550 5.1.1 no such user"
    return sent(weekly, people)


def line(minutes: Minutes, who: User) -> MinutesReader:
    return minutes.readers.get(user=who)


def test_a_refused_mail_goes_to_another_address_and_its_acceptance_stops_the_clock(
    refused: Minutes, people: People, smtp: Smtp
) -> None:
    reader = line(refused, people["许知夏"])
    text = page(people["蒋明远"], "certificate", refused.uid).content.decode()
    assert "被邮件服务器拒收" in text
    assert "不是账号中的邮箱" not in text
    assert "重新发送到" in text
    answer = post(people["蒋明远"], "resend_minutes", refused.uid, reader.uid, address="zhixia@other.example")
    assert answer.status_code == 302
    tick(timedelta(hours=2))
    mail = Delivery.objects.get(notice__event=refused.event_id, notice__reader=reader.user_id, channel="mail")
    assert [one.message_id for one in smtp.to("zhixia@other.example")] == [mail.message_id]
    assert [row.address for row in Attempt.objects.filter(delivery=mail).order_by("number")] == [
        people["许知夏"].email, "zhixia@other.example",
    ]  # fmt: skip
    assert Clock.objects.get(kind="minutes", object_id=refused.pk).stopped_at is not None
    assert User.objects.get(pk=reader.user_id).email == people["许知夏"].email
    resent = Event.objects.get(verb="minutes.resent")
    assert (resent.facts["reader"], resent.facts["address"]) == ("许知夏", "zhixia@other.example")
    assert {row.reader.name for row in resent.notices.all()} == {"许知夏", "周以宁"}
    assert "不是账号中的邮箱" in page(people["林书瑶"], "certificate", refused.uid).content.decode()
    assert said(refused.certificates.latest("number"))["header"]["counts"]["accepted"] == 4


def test_left_empty_it_goes_to_the_persons_present_address(refused: Minutes, people: People, smtp: Smtp) -> None:
    user = User.objects.get(pk=people["许知夏"].pk)
    user.email = "corrected@example.com"
    user.save(update_fields=["email"])
    with clock.at(AFTER):
        resend_minutes(actor=people["林书瑶"], minutes_uid=refused.uid, reader_uid=line(refused, user).uid)
        sweep_outbox()
    assert len(smtp.to("corrected@example.com")) == 1


@pytest.mark.parametrize("typed", ["nobody", "a@b", "a@b.example\r\nBcc: x@y.example", "x" * 250 + "@b.example"])
def test_an_address_that_is_none_is_said_at_its_line_and_kept_as_typed(refused: Minutes, people: People, typed: str) -> None:
    answer = post(people["林书瑶"], "resend_minutes", refused.uid, line(refused, people["许知夏"]).uid, address=typed)
    assert answer.status_code == 422
    assert "这不是有效的邮箱地址。" in answer.content.decode()
    assert next(row for row in answer.context["lines"] if row["error"])["typed"] == typed
    assert Delivery.objects.filter(state="pending", notice__event=refused.event_id).count() == 0


def test_what_was_accepted_is_not_sent_again_and_others_departments_stay_closed(refused: Minutes, people: People) -> None:
    with clock.at(AFTER), pytest.raises(Refused):
        resend_minutes(actor=people["林书瑶"], minutes_uid=refused.uid, reader_uid=line(refused, people["孟初晴"]).uid)
    reader = line(refused, people["许知夏"])
    assert post(people["沈嘉禾"], "resend_minutes", refused.uid, reader.uid).status_code == 403
    assert post(people["钟鉴明"], "resend_minutes", refused.uid, reader.uid).status_code == 403


def test_the_minutes_page_leads_to_the_certificate_and_to_sending_again(refused: Minutes, people: People) -> None:
    text = page(people["林书瑶"], "minutes", refused.meeting.uid).content.decode()
    assert reverse("certificate", args=[refused.uid]) in text
    assert f"#line-{people['许知夏'].uid}" in text


def test_who_left_the_project_before_sending_gets_nothing_and_the_certificate_says_why(
    weekly: Meeting, people: People, smtp: Smtp, key: Path
) -> None:
    user = people["许知夏"]
    minutes = out(weekly, people)
    user.is_active = False
    user.save(update_fields=["is_active"])
    tick()
    assert smtp.to(user.email) == []
    certificate = minutes.certificates.get()
    entry = next(row["said"] for row in said(certificate)["entries"] if row["said"]["person"]["name"] == "许知夏")
    assert (entry["state"], entry["excuse"]) == ("excused", "inactive")
    text = page(people["林书瑶"], "certificate", minutes.uid).content.decode()
    assert "发送前账号已停用" in text
    assert "重新发送到" not in text  # nothing can be sent to a closed account
    user.is_active = True
    user.save(update_fields=["is_active"])
    assert "重新发送到" in page(people["林书瑶"], "certificate", minutes.uid).content.decode()
    post(people["林书瑶"], "resend_minutes", minutes.uid, line(minutes, user).uid)
    tick(timedelta(hours=2))
    assert len(smtp.to(user.email)) == 1
    again = minutes.certificates.latest("number") if minutes.certificates.count() > 1 else certify(minutes.pk)
    assert again is not None
    assert said(again)["header"]["counts"]["accepted"] == 4
