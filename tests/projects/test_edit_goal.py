"""Editing step 1 on its page: nothing typed is lost, nobody's words are overwritten."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from common.refusals import Conflict, Refused
from people.models import User
from projects.models import Project
from projects.services.goal import enter_actual, save_kpi, save_resource, save_scope_item
from projects.services.project import edit_project
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    return build.prepared(people)


def post(client: Client, project: Project, kind: str, row: object | None, said: dict[str, object], **headers: str) -> object:
    if row is None:
        url = reverse("add_part", args=[project.uid, kind])
    else:
        url = reverse("save_part", args=[project.uid, kind, row.uid])
    return client.post(url, said, headers=headers)


def node_form(node: object, **said: object) -> dict[str, object]:
    return {
        "name": node.name,
        "department": node.department_id,
        "due_on": str(node.due_on),
        "output": node.output,
        "is_key": "on",
        "version": node.version,
        "inputs-TOTAL_FORMS": 1,
        "inputs-INITIAL_FORMS": 0,
        "inputs-0-text": "市场调研结论",
        "inputs-0-sources": "outside",
    } | said


def test_a_cycle_is_named_at_the_field_and_nothing_typed_is_lost(
    client: Client, people: dict[str, User], project: Project
) -> None:
    client.force_login(people["林书瑶"])
    first, second = project.nodes.order_by("order")[:2]
    said = node_form(first, output="改过的输出物", needs=second.pk)
    for headers in ({}, {"HX-Request": "true"}):
        page = post(client, project, "node", first, said, **headers)
        assert page.status_code == 422
        text = page.content.decode()
        assert "需求确认 → 方案设计 → 需求确认" in text
        assert "改过的输出物" in text
        assert "市场调研结论" in text


def test_31_june_stands_at_the_field_as_typed(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    first = project.nodes.order_by("order").first()
    for typed in ("2026-06-31", "6月31日", "31 June"):
        page = post(client, project, "node", first, node_form(first, due_on=typed))
        assert page.status_code == 422
        text = page.content.decode()
        assert f'value="{typed}"' in text
        assert "2026-06-31" in text
        assert 'aria-invalid="true"' in text
    kpi = project.kpis.first()
    page = post(client, project, "kpi", kpi, {"name": kpi.name, "said": "6月31日前", "direction": "at_least", "version": 1})
    assert page.status_code == 422
    assert 'value="6月31日前"' in page.content.decode()


def test_of_two_who_save_at_once_the_second_sees_both_values(client: Client, people: dict[str, User], project: Project) -> None:
    kpi = project.kpis.get(name="首月销售额")
    seen = kpi.version
    save_kpi(actor=people["周以宁"], project_uid=project.uid, row_uid=kpi.uid, seen_version=seen, said="520万元")
    with pytest.raises(Conflict):
        save_kpi(actor=people["林书瑶"], project_uid=project.uid, row_uid=kpi.uid, seen_version=seen, said="480万元")
    client.force_login(people["林书瑶"])
    said = {"name": kpi.name, "said": "480万元", "direction": "at_least", "version": seen}
    page = post(client, project, "kpi", kpi, said)
    text = page.content.decode()
    assert page.status_code == 412
    assert 'value="480万元"' in text
    assert "520万元" in text
    kpi.refresh_from_db()
    assert kpi.said == "520万元"
    assert post(client, project, "kpi", kpi, said | {"version": kpi.version}).status_code == 302
    kpi.refresh_from_db()
    assert kpi.said == "480万元"


def test_a_change_that_names_no_version_is_not_taken(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    kpi = project.kpis.first()
    page = post(client, project, "kpi", kpi, {"name": "别的", "said": "1万台", "direction": "at_least"})
    assert page.status_code == 428
    assert "别的" in page.content.decode()


def test_goal_and_period_as_people_say_them(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    said = {"goal": "尽快上市", "background": "", "period": "2026Q3", "version": project.version}
    page = post(client, project, "goal", project, said, **{"HX-Request": "true"})
    assert page.status_code == 200
    assert "尽快" in page.content.decode().split("vague")[1]
    project.refresh_from_db()
    assert (project.starts_on, project.ends_on) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_period_that_ends_before_it_begins_comes_back(client: Client, people: dict[str, User], project: Project) -> None:
    client.force_login(people["林书瑶"])
    said = {"goal": "别的目标", "starts_on": "2026-09-30", "ends_on": "2026-07-01", "version": project.version}
    page = post(client, project, "goal", project, said)
    assert page.status_code == 422
    assert "别的目标" in page.content.decode()
    with pytest.raises(Refused):
        edit_project(
            actor=people["林书瑶"],
            project_uid=project.uid,
            seen_version=None,
            starts_on=date(2026, 9, 30),
            ends_on=date(2026, 7, 1),
        )


def test_vague_words_are_pointed_out_while_typing(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["林书瑶"])
    page = client.post(reverse("vague_hints"), {"goal": "尽快完成"})
    assert "尽快" in page.content.decode()
    assert "vague" not in client.post(reverse("vague_hints"), {"goal": "7月15日前入库10000台"}).content.decode()


def test_what_is_out_of_scope_names_who_keeps_it(people: dict[str, User], project: Project) -> None:
    with pytest.raises(Refused) as refusal:
        save_scope_item(actor=people["林书瑶"], project_uid=project.uid, is_in=False, text="海外市场")
    assert refusal.value.field == "keeper"


def test_a_resource_that_nobody_invited_brings_is_pointed_out(client: Client, people: dict[str, User], project: Project) -> None:
    known = build.departments()
    save_resource(
        actor=people["林书瑶"], project_uid=project.uid, spec="展台", for_dept=known["市场部"], from_dept=known["行政部"]
    )
    client.force_login(people["周以宁"])
    text = client.get(project.get_absolute_url()).content.decode()
    assert "该部门尚未受邀参与" in text


def test_cooperating_departments_do_not_edit_the_goal(people: dict[str, User], project: Project) -> None:
    for name in ("顾承泽", "沈嘉禾", "米小禾", "陆景行", "钟鉴明"):
        with pytest.raises(PermissionDenied):
            save_kpi(actor=people[name], project_uid=project.uid, name="别的")


def test_a_department_enters_what_its_own_key_results_reached(people: dict[str, User], project: Project) -> None:
    kpi = project.kpis.get(name="量产数量")
    assert enter_actual(actor=people["田牧野"], project_uid=project.uid, kpi_uid=kpi.uid, actual=10000).actual == 10000
    with pytest.raises(PermissionDenied):
        enter_actual(actor=people["沈嘉禾"], project_uid=project.uid, kpi_uid=kpi.uid, actual=1)


def test_confidential_is_the_heads_to_set(people: dict[str, User], project: Project) -> None:
    with pytest.raises(PermissionDenied):
        edit_project(actor=people["周以宁"], project_uid=project.uid, seen_version=None, confidential=True)


def test_a_draft_is_typed_on_one_page(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["米小禾"])
    department = build.departments()["市场部"].pk
    bad = client.post(reverse("project_new"), {"name": "秋季大会", "initiating_dept": department, "period": "6月31日至9月1日"})
    assert bad.status_code == 422
    assert "秋季大会" in bad.content.decode()
    good = client.post(reverse("project_new"), {"name": "秋季大会", "initiating_dept": department, "period": "2026Q4"})
    assert good.status_code == 302
    assert Project.objects.get(name="秋季大会").ends_on == date(2026, 12, 31)
    assert client.get(good.url).status_code == 200


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_asks_the_database_a_bounded_number_of_times(
    client: Client, people: dict[str, User], project: Project, rows: int, django_assert_max_num_queries: object
) -> None:
    for number in range(rows):
        save_kpi(actor=people["林书瑶"], project_uid=project.uid, name=f"指标{number}", said="1万台")
    client.force_login(people["林书瑶"])
    with django_assert_max_num_queries(45):
        client.get(project.get_absolute_url())
