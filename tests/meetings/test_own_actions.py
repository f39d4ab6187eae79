"""Actions in mails and on paper: the own ones first, a department's for who attended for it, with how much (rules D3, D4)."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from activity.beat import sweep_outbox
from common import clock
from common.canonical import sha256_of
from documents.blobs import read
from meetings.differences import differences
from meetings.models import Meeting, Minutes
from meetings.services import add_action, add_copy, open_revision, publish_minutes, write_summary
from meetings.services.papers import paper_of
from people.models import Department, User
from tests.meetings.conftest import END
from tests.meetings.test_print_minutes import words
from tests.servers import Smtp

People = dict[str, User]
OUT = END + timedelta(hours=1)
DUE = date(2026, 4, 17)
SAID = {
    "en": ("Your actions", "Actions of others", "1. 铺货 · 销售部 · until 17 Apr 2026 · 20家", "2. 带样品 · until 17 Apr 2026"),
    "zh-hans": ("您的行动项", "其他人的行动项", "1. 铺货 · 销售部 · 2026年4月17日前 · 20家", "2. 带样品 · 2026年4月17日前"),
}


def department(name: str) -> Department:
    return Department.objects.get(name=name)


def publish(meeting: Meeting, people: People) -> Minutes:
    """Actions of a department alone, of a person for a department, of another department, of nobody."""
    chair: dict[str, Any] = {"actor": people["周以宁"], "meeting_uid": meeting.uid}
    with clock.at(OUT):
        write_summary(**chair, seen_version=1, summary="铺货名单已定。")
        add_action(**chair, text="铺货", department=department("销售部"), due_on=DUE, quantity=Decimal("20"), unit="家")
        add_action(**chair, text="带样品", owner=people["许知夏"], department=department("销售部"), due_on=DUE)
        add_action(**chair, text="补测", department=department("研发部"), due_on=DUE)
        add_action(**chair, text="写清单")
        return publish_minutes(**chair)


@pytest.fixture
def _no_paper(settings: Any) -> None:
    settings.MINUTES_PDF = False


@pytest.mark.usefixtures("_no_paper")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_action_of_a_department_is_an_own_one_of_who_attends_for_it(
    weekly: Meeting, people: People, smtp: Smtp, language: str
) -> None:
    User.objects.update(language=language)
    with clock.at(OUT):
        publish(weekly, people)
        sweep_outbox()
    own, others, *lines = SAID[language]
    text = smtp.to(people["许知夏"].email or "")[-1].text
    mine = text[text.index(own) : text.index(others)]
    assert [line for line in lines if line not in mine] == []
    assert "补测" not in mine
    assert "写清单" not in mine
    text = smtp.to(people["沈嘉禾"].email or "")[-1].text
    mine = text[text.index(own) : text.index(others)]
    assert ("补测" in mine, "铺货" in mine) == (True, False)
    text = smtp.to(people["田牧野"].email or "")[-1].text  # of whose department nothing is asked
    assert own not in text


@pytest.mark.usefixtures("_no_paper")
def test_head_and_liaison_who_both_attend_read_it_as_their_own(kickoff: Meeting, people: People, smtp: Smtp) -> None:
    with clock.at(OUT):
        publish(kickoff, people)
        sweep_outbox()
    head = department("销售部").head
    assert head is not None
    for reader in (head, people["许知夏"]):
        text = smtp.to(reader.email or "")[-1].text
        assert "铺货" in text[text.index("您的行动项") : text.index("其他人的行动项")], reader
    text = smtp.to(head.email or "")[-1].text
    assert "带样品" in text[text.index("其他人的行动项") :]  # the liaison is named for it


@pytest.mark.usefixtures("_no_paper")
def test_who_only_reads_it_in_copy_is_asked_for_nothing(weekly: Meeting, people: People, smtp: Smtp) -> None:
    head = department("销售部").head
    assert head is not None
    with clock.at(OUT):
        add_copy(actor=people["周以宁"], meeting_uid=weekly.uid, person=head)
        publish(weekly, people)
        sweep_outbox()
    assert "您的行动项" not in smtp.to(head.email or "")[-1].text


def test_how_much_is_frozen_and_stands_on_page_and_paper(weekly: Meeting, people: People, client: Client) -> None:
    minutes = publish(weekly, people)
    assert minutes.content is not None
    first, second = minutes.content["actions"][:2]
    assert (first["quantity"], first["unit"], second["quantity"], second["unit"]) == ("20", "家", None, "")
    client.force_login(people["许知夏"])
    with clock.at(OUT + timedelta(minutes=1)):
        page = client.get(f"/meetings/{weekly.uid}/minutes/").content.decode()
    assert '<td data-label="数量">20家</td>' in page
    assert '<td data-label="数量">–</td>' in page
    paper = "".join(words(read(paper_of(minutes, "zh-hans").blob)).split())
    assert "数量" in paper
    assert "20家" in paper


def test_minutes_frozen_before_read_as_they_did(weekly: Meeting, people: People) -> None:
    """What was sent is not rewritten, and a new version does not make a difference of what was only kept since."""
    first = publish(weekly, people)
    assert first.content is not None
    sent = deepcopy(first.content)
    with clock.at(OUT + timedelta(hours=1)):
        draft = open_revision(actor=people["周以宁"], minutes_uid=first.uid, reason="更正")
        row = draft.actions.get(text="带样品")
        row.quantity, row.unit = Decimal("3"), "件"
        row.bump("quantity", "unit")
        second = publish_minutes(actor=people["周以宁"], meeting_uid=weekly.uid)
    first.refresh_from_db()
    assert first.content == sent
    assert first.content_sha256 == sha256_of(sent)
    assert second.content is not None
    with override("zh-hans"):
        (found,) = differences(first.content, second.content)
    assert found.after == f"{found.before} · 3件"
    old = {**sent, "actions": [{k: v for k, v in one.items() if k not in ("quantity", "unit")} for one in sent["actions"]]}
    assert differences(old, second.content) == []
    assert "数量" not in rendered(old)
    assert "带样品" in rendered(old)


def rendered(content: dict[str, Any]) -> str:
    with override("zh-hans"):
        return render_to_string("meetings/_content.html", {"s": content})
