"""What is promised moves only by a signed amendment, on the pages: late → risk → request → amendment re-signed by two of five."""

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from collab.samples.people import load_people
from documents.blobs import read
from documents.models import Document
from documents.sealing.keys import prepare_keys
from documents.services import finish_document
from projects.models import Clause, Memorandum
from projects.services.clauses import save_clause
from projects.services.signing import open_for_signature
from tests import build
from tests.browser.office import Office, choose, fill, send, submit
from tests.browser.steps_memorandum import sign_from_desk
from tests.browser.walker import Walker, at
from tests.documents import build as papers
from tests.documents import seals
from tests.servers import wait_for
from tracking.models import Baseline, Risk, Task

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROMISE = "报送上市预算草案"
DUE, NEW_DUE = date(2026, 4, 16), date(2026, 4, 24)  # Thursday, and Friday of the week after
LATE = at(date(2026, 4, 17), 9)
LEAD, LEADS_LIAISON = "林书瑶", "周以宁"
HEAD, LIAISON = "宋清越", "孟初晴"  # of 财务部, which promised it
RECEIVERS, RECEIVING = "贺立川", "田牧野"  # head and liaison of 生产部, to which it is handed
INFORMED = (LEAD, "顾承泽", "蒋明远")


@dataclass
class Signed:
    """Version 1 as it was when it came into force."""

    document: Document
    task: Task
    sealed: str

    @property
    def now(self) -> Document:
        return Document.objects.get(pk=self.document.pk)


@pytest.fixture
def child_env(child_env: dict[str, str], settings: Any, tmp_path: Path) -> dict[str, str]:
    """With a key to seal by, made before that day."""
    folder = seals.keys_in(tmp_path / "keys")
    settings.ENV = replace(settings.ENV, keys=folder)
    return child_env | {"COLLAB_KEYS": str(folder)}


@pytest.fixture
def signed(office: Office, walker: Walker) -> Signed:
    """A memorandum that five heads signed on 14 April, in which 财务部 promises a draft until the 16th; printed and sealed."""
    walker.begin(papers.MOMENT)
    prepare_keys()
    people = load_people()
    project, _memorandum = papers.drafted(people)
    known = build.departments()
    save_clause(
        actor=people[LEADS_LIAISON], project_uid=project.uid, department=known["财务部"], text=PROMISE,
        deliverable="预算草案", standard="分项列明", due_on=DUE, handed_to=known["生产部"],
    )  # fmt: skip
    document = open_for_signature(actor=people[LEAD], project_uid=project.uid, seen_version=None)
    for name in papers.HEADS:
        papers.sign_as(people[name], document)
    finish_document(document.pk)
    document = sealed(document.pk)
    return Signed(document, Task.objects.get(title=PROMISE), str(document.sealed_pdf_id))


def sealed(key: int) -> Document:
    """A document once it is printed and sealed."""
    rows = Document.objects.filter(pk=key, sealed_pdf__isnull=False)
    wait_for(lambda: done(rows), 60, "the seal")
    return rows.get()


def done(rows: QuerySet[Any]) -> bool:
    """Whether it has come about; what the worker was not told of, the sweep finds."""
    if not rows.exists():
        call_command("sweep")
    return rows.exists()


def test_what_is_late_is_moved_by_an_amendment_that_two_of_five_sign(signed: Signed, office: Office, walker: Walker) -> None:
    before = (signed.document.sha256, signed.document.snapshot, signed.sealed)
    walker.to(LATE)
    risk_says_which_promise(office.page(LIAISON), signed)
    ask_for_later(office.page(LIAISON))
    give_opinion(office.page(RECEIVING))
    number = decide_and_open(office.page(LEAD))
    for name in (HEAD, RECEIVERS):
        sign_from_desk(office.page(name), re.escape(number), "同意")
    for name in INFORMED:
        note(office.page(name), number)
    wait_for(lambda: done(Memorandum.objects.filter(edition=2, state="in_force")), 30, "the amendment in force")
    amendment = sealed(Document.objects.get(kind="amendment").pk)
    has_moved(office.page(LIAISON), signed)
    assert {slot.signer.name for slot in amendment.slots.filter(state="signed")} == {HEAD, RECEIVERS}
    assert (signed.now.sha256, signed.now.snapshot, str(signed.now.sealed_pdf_id)) == before
    assert signed.now.is_genuine
    check(office, signed.now, "superseded")
    check(office, amendment, "valid")


def risk_says_which_promise(page: Page, signed: Signed) -> None:
    """The liaison finds the risk on My desk; it shows the clause, and one click opens it in the signed document."""
    assert Risk.objects.get(task=signed.task).state == "open"
    tag = f"备忘录 v1 · {clause().number}"
    page.goto("/")
    row = page.locator("#desk-answer .desk-row", has_text=PROMISE)
    expect(row.locator(".promise")).to_contain_text(tag)
    row.locator(".promise").click()
    expect(page.locator(f"[id='clause-{clause().number}']")).to_contain_text(PROMISE)
    page.goto("/")
    page.locator("#desk-answer .desk-row", has_text=PROMISE).get_by_role("link", name=PROMISE).click()
    expect(page.locator(".risk-list .promise")).to_contain_text(tag)


def ask_for_later(page: Page) -> None:
    """A request from the risk: a later day; while it is typed the page says whose signatures that costs."""
    page.get_by_role("link", name="变更申请").last.click()
    form = page.locator("form.change-form")
    fill(form, due_on=NEW_DUE.isoformat(), reason="供应商报价迟到一周")
    expect(page.locator("#impact")).to_contain_text(re.compile(r"2\s*(个|人|份|项)?.*签"))
    submit(page, form.get_by_role("button", name="提交"))
    expect(page.locator(".change-state").first).to_contain_text("审批中")


def give_opinion(page: Page) -> None:
    """The department that receives it agrees."""
    page.goto("/")
    page.locator("#desk-answer").get_by_role("link", name=re.compile(PROMISE)).first.click()
    form = page.locator("#opinion form")
    says = form.locator("[name=says]").first
    if says.evaluate("it => it.type") == "radio":
        fill(form, says="agrees")
    else:
        choose(says, "同意")
    submit(page, form.get_by_role("button", name="提交意见"))


def decide_and_open(page: Page) -> str:
    """The head of the lead approves; the amendment that was drafted is opened for those whom it binds. Its number."""
    page.goto("/")
    page.locator("#desk-answer").get_by_role("link", name=re.compile(f"决定.*{PROMISE}|{PROMISE}")).first.click()
    form = page.locator("#decision form")
    fill(form, reason="同意顺延一周")
    submit(page, form.get_by_role("button", name="批准"))
    page.locator("a[href*='/amendments/']").first.click()
    number = page.locator(".memorandum-number").inner_text()
    expect(page.locator(".who-list").first.locator("li")).to_have_count(2)
    submit(page, page.locator("#open").get_by_role("button", name="定稿送签"))
    expect(page.locator(".memorandum-head")).to_contain_text("签署中")
    return number


def note(page: Page, number: str) -> None:
    """A head who is only informed has nothing against it: one click on My desk."""
    page.goto("/")
    row = page.locator(".desk-row", has_text=number)
    send(page, row.get_by_role("button", name="无异议"))


def has_moved(page: Page, signed: Signed) -> None:
    """Task, plan and promise stand at the new day; the first plan is still known."""
    task = Task.objects.get(pk=signed.task.pk)
    assert (task.due_on, clause().due_on, clause().agreed_version) == (NEW_DUE, NEW_DUE, 2)
    plans = Baseline.objects.filter(task=task).order_by("pk").values_list("document__version", "due_on")
    assert list(plans) == [(1, DUE), (2, NEW_DUE)]
    page.goto(reverse("task", args=[task.uid]))
    expect(page.locator(".task-title .promise")).to_contain_text(f"备忘录 v2 · {clause().number}")
    expect(_day(page, NEW_DUE)).to_be_visible()
    page.locator(".task-title .promise").click()
    expect(page.locator(f"[id='clause-{clause().number}']")).to_contain_text(PROMISE)


def _day(page: Page, day: date) -> Locator:
    return page.locator(f"main time[datetime='{day.isoformat()}']").first


def clause() -> Clause:
    return Clause.objects.get(text=PROMISE)


def check(office: Office, document: Document, verdict: str) -> None:
    """Anybody with code and file learns how the document stands, without signing in, and nothing of what it says."""
    blob = document.sealed_pdf
    assert blob is not None
    context = office.browser.new_context(base_url=office.url, locale="zh-CN")
    page = context.new_page()
    page.goto(reverse("verify_code", args=[document.code]))
    expect(page.locator(f".verdict.is-{verdict}")).to_be_visible()
    page.goto(reverse("verify"))
    form = page.locator("form#verify")
    form.locator("[name=file]").set_input_files({"name": "1.pdf", "mimeType": "application/pdf", "buffer": read(blob)})
    form.locator(".btn-primary").click()
    expect(page.locator(f".verdict.is-{verdict}")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(PROMISE)
    context.close()
