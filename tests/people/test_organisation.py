"""Departments and accounts: one head, one person behind each name, nobody deleted."""

import pytest
from django.db.models import ProtectedError
from django.http import Http404

from activity.models import Event, Notice
from common import ports
from common.refusals import Refused
from people.models import Department, User
from people.queries import drawn_rights
from people.services import create_department, create_person, disable_account, set_department_head

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_a_new_head_is_recorded_and_both_are_told(people: People) -> None:
    market = people["林书瑶"].department
    set_department_head(actor=people["毕以恒"], department_uid=market.uid, head=people["周以宁"])
    market.refresh_from_db()
    assert market.head == people["周以宁"]
    event = Event.objects.get(verb="people.head_changed")
    assert event.sentence == "市场部负责人由 林书瑶 变更为 周以宁"
    assert {notice.reader.name for notice in Notice.objects.filter(event=event)} == {"林书瑶", "周以宁"}


def test_naming_the_same_head_again_is_no_act(people: People) -> None:
    set_department_head(actor=None, department_uid=people["林书瑶"].department.uid, head=people["林书瑶"])
    assert not Event.objects.filter(verb="people.head_changed").exists()


def test_a_disabled_person_heads_nothing(people: People) -> None:
    disable_account(actor=None, user_uid=people["周以宁"].uid)
    people["周以宁"].refresh_from_db()
    with pytest.raises(Refused):
        set_department_head(actor=None, department_uid=people["林书瑶"].department.uid, head=people["周以宁"])


def test_a_head_is_disabled_only_after_a_successor_is_named(people: People) -> None:
    with pytest.raises(Refused):
        disable_account(actor=None, user_uid=people["林书瑶"].uid)
    set_department_head(actor=None, department_uid=people["林书瑶"].department.uid, head=people["周以宁"])
    disable_account(actor=None, user_uid=people["林书瑶"].uid)


@pytest.mark.parametrize("field", ["username", "email", "phone", "staff_no"])
def test_no_name_leads_to_two_people(people: People, field: str) -> None:
    taken = getattr(people["林书瑶"], field).upper()
    said = {"username": "somebody", "email": None, "phone": None, "staff_no": None} | {field: taken}
    with pytest.raises(Refused) as refusal:
        create_person(actor=None, name="某人", department=people["林书瑶"].department, **said)
    assert refusal.value.field == field


def test_a_username_that_is_anothers_phone_is_refused(people: People) -> None:
    with pytest.raises(Refused):
        create_person(actor=None, username=people["林书瑶"].phone, name="某人", department=people["林书瑶"].department)


def test_names_are_sorted_by_pinyin(people: People) -> None:
    made = create_person(actor=None, username="anyi", name="安一", department=people["林书瑶"].department)
    assert made.sort_key == "an yi"
    assert User.objects.filter(department=made.department).first() == made


def test_a_department_has_its_name_alone(people: People) -> None:
    assert create_department(actor=None, name="法务部").sort_key == "fa wu bu"
    with pytest.raises(Refused):
        create_department(actor=None, name="法务部")


def test_a_missing_department_does_not_exist(people: People) -> None:
    with pytest.raises(Http404):
        set_department_head(actor=None, department_uid=people["林书瑶"].uid, head=None)


def test_people_and_departments_are_never_deleted_while_anything_hangs_on_them(people: People) -> None:
    with pytest.raises(ProtectedError):
        Department.objects.get(name="市场部").delete()
    with pytest.raises(ProtectedError):
        people["林书瑶"].delete()


def test_the_rights_page_shows_every_table_that_is_plugged(client: object, people: People) -> None:
    client.force_login(people["毕以恒"])  # type: ignore[attr-defined]
    text = client.get("/rights/").content.decode()  # type: ignore[attr-defined]
    assert ports.rights
    for table in drawn_rights():
        assert table.heading in text
        assert len({len(row.cells) for row in table.rows}) == 1
