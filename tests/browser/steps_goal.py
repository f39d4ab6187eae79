"""Step 1 as its people do it on the pages: draft, goal, key results, departments, flow, what it needs, the gate."""

import re
from decimal import Decimal

from django.urls import reverse
from playwright.sync_api import Page, expect

from collab.samples.files import KpiLine, NodeLine, PartyLine, Sample
from tests.browser.office import fill, open_tab, send, submit


def draft_project(page: Page, sample: Sample) -> None:
    """A member of the department drafts it; only the name would be needed."""
    said = sample.project
    page.goto(reverse("projects"))
    page.get_by_role("link", name="新建项目").first.click()
    form = page.locator("main form")
    fill(
        form, name=said["name"], initiating_dept=said["initiating_dept"], lead_dept=said["lead_dept"], goal=said["goal"],
        background=f"{said['name']}需要市场、研发、生产、销售、财务五个部门共同推进。",
    )  # fmt: skip
    submit(page, form.get_by_role("button", name="保存草稿"))
    expect(page.locator("h1")).to_have_text(said["name"])


def open_project(page: Page, sample: Sample) -> None:
    """From the list of projects to the goal page."""
    page.goto(reverse("projects"))
    page.get_by_role("link", name=sample.project["name"], exact=True).first.click()
    expect(page.locator("h1")).to_have_text(sample.project["name"])


def _row(page: Page, section: str, button: str, **said: object) -> None:
    """Open a section's form, fill it, save it."""
    place = page.locator(f"#{section}")
    place.get_by_role("link", name=button, exact=True).click()
    fill(place.locator("form.row-form"), **said)  # type: ignore[arg-type]
    send(page, place.locator("form.row-form").get_by_role("button", name="保存"))


def set_frame(page: Page, sample: Sample) -> None:
    """Code, basis and threshold under settings; the period as one line."""
    said, period = sample.project, f"{_spoken(sample.start)}至{_spoken(sample.end)}"
    points = str(said["deviation_threshold_pct"])
    _row(page, "goal", "设置", code=said["code"], progress_basis="自然日", points=points)
    _row(page, "goal", "编辑", period=period)


def _spoken(day: object) -> str:
    return f"{day.month}月{day.day}日"  # type: ignore[attr-defined]


def add_kpi(page: Page, kpi: KpiLine) -> None:
    """A key result, its target typed as people say it."""
    _row(page, "kpi", "添加关键成果", name=kpi.name, said=target(kpi), department=kpi.dept,
         due_on=kpi.due and kpi.due.isoformat(), on_time=kpi.name.endswith("按时交付率") or None)  # fmt: skip
    expect(page.locator("#kpi table")).to_contain_text(target(kpi))


def target(kpi: KpiLine) -> str:
    """500万元, 1万台, 6月30日前."""
    if kpi.target_date:
        return f"{_spoken(kpi.target_date)}前"
    number = kpi.target or Decimal(0)
    return f"{number // 10_000}万{kpi.unit}" if number >= 10_000 else f"{number}{kpi.unit}"


def add_scope(page: Page, sample: Sample) -> None:
    """What stays outside, and with whom; what is in."""
    _row(page, "scope", "添加事项", text=f"{sample.project['product']}上市所需的设计、测试、量产、推广与铺货", is_in="yes")
    for row in sample.project["out_of_scope"]:
        _row(page, "scope", "添加事项", text=row["item"], is_in="no", keeper=row["owner_dept"])


def start_project(page: Page) -> None:
    """The head starts the draft."""
    submit(page, page.get_by_role("button", name="启动项目"))


def invite(page: Page, party: PartyLine) -> None:
    """Ask a department to take part, with its duties."""
    _row(page, "parties", "邀请部门", department=party.name, duty=party.duty)


def appoint(page: Page, party: PartyLine) -> None:
    """The head accepts and names the liaison."""
    row = page.locator("#parties tr", has=page.get_by_text(party.name, exact=True))
    row.get_by_role("link", name=re.compile("指定接口人")).click()
    form = page.locator("#parties form.row-form")
    fill(form, liaison=party.liaison, duty=party.duty)
    send(page, form.get_by_role("button", name="保存"))
    expect(row).to_contain_text(party.liaison)


def add_node(page: Page, node: NodeLine, names: dict[str, str]) -> None:
    """A stage of the flow: what it needs and from where, what it delivers by which standard."""
    place = page.locator("#node")
    place.get_by_role("link", name="添加节点").click()
    form = place.locator("form.row-form")
    fill(
        form, name=node.name, department=node.dept, due_on=node.due.isoformat(), output=node.output,
        points="\n".join(node.delivery_standard),
    )  # fmt: skip
    for before in node.depends_on:
        form.locator("[name=needs]").and_(form.get_by_label(names[before], exact=True)).check()
    for number, said in enumerate(node.inputs):
        form.locator(f"[name=inputs-{number}-text]").fill(said["text"])
        for source in said.get("from", []):
            form.locator(f"[name=inputs-{number}-sources]").and_(form.get_by_label(names[source], exact=True)).check()
        if said.get("external"):
            form.locator(f"[name=inputs-{number}-sources][value=outside]").check()
    send(page, form.get_by_role("button", name="保存"))
    expect(place.locator("table")).to_contain_text(node.output)


def add_needs(page: Page, sample: Sample) -> None:
    """Resources, communication mechanism, contingency plans."""
    for row in sample.resources:
        _row(page, "resource", "添加资源", kind=row["type"], spec=row["spec"], quantity=row["qty"], unit=row["unit"],
             for_dept=row["for_dept"], from_dept=row["from_dept"], starts_on=row["from"].isoformat(),
             ends_on=row["to"].isoformat(), purpose=row["purpose"])  # fmt: skip
    _row(page, "communication", "添加一条", cadence="每周一 10:00", channel="周例会", template="上周进展、本周计划、需协调事项")
    for row in sample.later["risks"]:
        _row(page, "contingency", "添加预案", trigger=row["title"], action=row["contingency"], owner=row["owner"])


def pass_gate(page: Page) -> None:
    """Nothing is missing: on to the kick-off, in one click."""
    gate = page.locator("#gate")
    expect(gate).to_contain_text("没有缺项")
    send(page, gate.get_by_role("button", name=re.compile("启动")))
    page.reload()
    expect(page.locator(".step.is-now")).to_contain_text("启动")


def to_memorandum(page: Page, sample: Sample) -> None:
    """The memorandum's tab."""
    open_project(page, sample)
    open_tab(page, "启动与备忘录")
