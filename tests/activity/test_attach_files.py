"""Files on a task: attached, listed, taken away, brought back; who may, and what stays behind (rule H5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from activity.files import attach, files_of, keep, remove, restore, stored
from activity.models import Attachment, Event, Notice
from common import clock
from common.acts import act
from common.refusals import Refused
from common.uploads import Checked, check
from people.models import User
from projects.models import Project
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Report, Task
from tracking.services import assign_task

People = dict[str, User]
NOW = build.july(16, 10)
PNG = made.picture()


@pytest.fixture(autouse=True)
def _files_here(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }


@pytest.fixture
def task(people: People) -> Task:
    return build.task(people, project_in_execution(people))


def checked(name: str = "签收单.png", content: bytes = PNG) -> Checked:
    return check(SimpleUploadedFile(name, content))


def attached(people: People, task: Task, *uploads: Checked, by: str = "许知夏") -> list[Attachment]:
    with clock.at(NOW):
        return attach(actor=people[by], subject=task, project=task.project, uploads=uploads or [checked()])


def post(people: People, who: str, url: str, said: dict[str, Any] | None = None, **headers: str) -> Any:
    client = Client()
    with clock.at(NOW):
        client.force_login(people[who])
        return client.post(url, said or {}, headers=headers)


def url_of(task: Task) -> str:
    return reverse("files_of", args=["tracking.task", task.uid])


def bytes_kept() -> list[str]:
    """What lies in the storage under names of uploads."""
    if not default_storage.exists("uploads"):
        return []
    folders = default_storage.listdir("uploads")[0]
    return [f"{folder}/{name}" for folder in folders for name in default_storage.listdir(f"uploads/{folder}")[1]]


def test_a_file_is_kept_under_a_random_name_that_says_nothing(people: People, task: Task) -> None:
    (file,) = attached(people, task)
    assert (file.name, file.kind, file.size, file.uploader) == ("签收单.png", "image/png", len(PNG), people["许知夏"])
    assert "签收" not in file.stored_as
    assert "png" not in file.stored_as
    assert file.uid.hex not in file.stored_as
    with default_storage.open(file.stored_as) as kept:
        assert kept.read() == PNG


def test_attaching_is_one_event_and_tells_assignee_and_liaison(people: People, task: Task) -> None:
    with clock.at(NOW):
        assign_task(actor=people["许知夏"], task_uid=task.uid, assignee=people["郭砚秋"], seen_version=task.version)
    task.refresh_from_db()
    attached(people, task, checked("一.png"), checked("二.png"), by="林书瑶")
    event = Event.objects.get(verb="file.attached")
    assert event.facts["files"] == ["一.png", "二.png"]
    assert {notice.reader.name for notice in Notice.objects.filter(event=event)} == {"郭砚秋", "许知夏"}


def test_files_of_many_rows_are_read_by_one_query(
    people: People, task: Task, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    build.say(people, task, 20, at=build.july(15))
    report = Report.objects.get()
    attached(people, task, checked("甲.png"), checked("乙.png"))
    with clock.at(NOW):
        attach(actor=people["许知夏"], subject=report, project=task.project, uploads=[checked("丙.png")])
    files_of([task, report])
    with django_assert_num_queries(1):
        found = files_of([task, report])
    assert [file.name for file in found["tracking.task", task.pk]] == ["甲.png", "乙.png"]
    assert [file.name for file in found["tracking.report", report.pk]] == ["丙.png"]


def test_a_removed_file_leaves_its_row_its_bytes_and_its_history(people: People, task: Task) -> None:
    (file,) = attached(people, task)
    with clock.at(NOW + timedelta(minutes=1)):
        remove(actor=people["许知夏"], file_uid=file.uid)
    file.refresh_from_db()
    assert (file.removed_by, file.removed_at) == (people["许知夏"], NOW + timedelta(minutes=1))
    assert files_of([task])["tracking.task", task.pk] == []
    assert default_storage.exists(file.stored_as)
    assert [row.removed_by_id for row in file.history.order_by("history_id")] == [None, people["许知夏"].pk]
    assert file.history.latest("history_date").history_user == people["许知夏"]
    assert Event.objects.filter(verb="file.removed", facts__file="签收单.png").count() == 1


def test_removal_can_be_undone_for_ten_minutes_by_who_removed_it(people: People, task: Task) -> None:
    (file,) = attached(people, task)
    with clock.at(NOW + timedelta(minutes=1)):
        remove(actor=people["林书瑶"], file_uid=file.uid)
        with pytest.raises(PermissionDenied):
            restore(actor=people["许知夏"], file_uid=file.uid)
    with clock.at(NOW + timedelta(minutes=12)), pytest.raises(Refused):
        restore(actor=people["林书瑶"], file_uid=file.uid)
    with clock.at(NOW + timedelta(minutes=10)):
        restore(actor=people["林书瑶"], file_uid=file.uid)
    assert files_of([task])["tracking.task", task.pk] == [file]
    assert Event.objects.filter(verb="file.restored").count() == 1


@pytest.mark.parametrize(
    ("who", "answer"),
    [("许知夏", None), ("林书瑶", None), ("周以宁", None), ("蒋明远", PermissionDenied), ("沈嘉禾", PermissionDenied),
     ("米小禾", PermissionDenied), ("陆景行", PermissionDenied), ("单𠮷安", Http404), ("毕以恒", Http404)],
)  # fmt: skip
def test_only_who_attached_it_and_the_lead_remove_a_file(people: People, task: Task, who: str, answer: Any) -> None:
    (file,) = attached(people, task)
    with clock.at(NOW):
        if answer is None:
            remove(actor=people[who], file_uid=file.uid)
        else:
            with pytest.raises(answer):
                remove(actor=people[who], file_uid=file.uid)


def test_nothing_is_attached_while_the_project_is_read_only(people: People, task: Task) -> None:
    task.project.hold = Project.Hold.SUSPENDED
    task.project.save(update_fields=["hold"])
    with pytest.raises(Refused):
        attached(people, task)


def test_an_act_that_fails_leaves_no_bytes_behind(people: People, task: Task) -> None:
    @act
    def fails(*, actor: User, uploads: Any) -> None:
        keep(actor=actor, subject=task, project=task.project, uploads=uploads)
        raise Refused("not now")

    seen: list[int] = []

    def tried() -> None:
        with stored([checked(), checked()]) as uploads:
            seen.append(len(bytes_kept()))
            fails(actor=people["许知夏"], uploads=uploads)

    with clock.at(NOW), pytest.raises(Refused):
        tried()
    assert seen == [2]
    assert (bytes_kept(), Attachment.objects.count()) == ([], 0)


def test_each_file_of_a_sending_stands_for_itself(people: People, task: Task) -> None:
    files = [SimpleUploadedFile("好.png", PNG), SimpleUploadedFile("坏.png", b"<svg/>"), SimpleUploadedFile("毒.exe", b"MZ")]
    answer = post(people, "许知夏", url_of(task), {"files": files})
    assert answer.status_code == 422
    assert [file.name for file in Attachment.objects.all()] == ["好.png"]
    page = answer.content.decode()
    assert page.count("file-wrong") == 2
    assert "坏.png" in page
    assert "毒.exe" in page


def test_a_script_learns_the_same_as_a_page(people: People, task: Task) -> None:
    files = [SimpleUploadedFile("好.png", PNG), SimpleUploadedFile("坏.png", b"<svg/>")]
    answer = post(people, "许知夏", url_of(task), {"files": files}, accept="application/json")
    said = answer.json()
    assert (answer.status_code, said["kept"], [one["name"] for one in said["wrong"]]) == (422, 1, ["坏.png"])


def test_too_many_at_once_are_said_at_the_field_and_none_is_kept(people: People, task: Task) -> None:
    files = [SimpleUploadedFile(f"{number}.png", PNG) for number in range(25)]
    answer = post(people, "许知夏", url_of(task), {"files": files}, accept="application/json")
    assert (answer.status_code, answer.json()["kept"]) == (422, 0)
    assert "20" in answer.json()["wrong"][0]["why"]
    assert not Attachment.objects.exists()
    assert not bytes_kept()


def test_a_file_over_the_limit_is_said_at_the_field_and_nothing_of_it_is_kept(people: People, task: Task) -> None:
    big = SimpleUploadedFile("录像.zip", b"PK\x03\x04" + b"x" * (26 * 1024**2))
    answer = post(people, "许知夏", url_of(task), {"files": [big, SimpleUploadedFile("好.png", PNG)]}, HX_Request="true")
    assert answer.status_code == 422
    assert "25 MB" in answer.content.decode()
    assert [file.name for file in Attachment.objects.all()] == ["好.png"]
    assert len(bytes_kept()) == 1


def test_a_name_with_line_breaks_cannot_reach_a_header(people: People, task: Task) -> None:
    attached(people, task, checked("a\r\nX-Evil: 1.png"))
    file = Attachment.objects.get()
    assert file.name == "a X-Evil_ 1.png"


def test_without_script_one_comes_back_to_the_task(people: People, task: Task) -> None:
    answer = post(people, "许知夏", url_of(task), {"files": [SimpleUploadedFile("好.png", PNG)]})
    assert (answer.status_code, answer.url) == (302, task.get_absolute_url())


def test_nothing_chosen_is_said(people: People, task: Task) -> None:
    assert post(people, "许知夏", url_of(task)).status_code == 422


def test_removing_without_script_leads_to_a_page_with_undo(people: People, task: Task) -> None:
    (file,) = attached(people, task)
    answer = post(people, "许知夏", reverse("remove_file", args=[file.uid]))
    client = Client()
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        page = client.get(answer.url).content.decode()
    assert reverse("restore_file", args=[file.uid]) in page
    answer = post(people, "许知夏", reverse("restore_file", args=[file.uid]))
    assert (answer.status_code, answer.url) == (302, url_of(task))


def test_an_unknown_kind_of_row_has_no_files(people: People, task: Task) -> None:
    assert post(people, "林书瑶", reverse("files_of", args=["people.user", task.uid])).status_code == 404


@pytest.mark.parametrize("many", [1, 30])
def test_attaching_and_listing_ask_the_database_a_fixed_number_of_times(
    people: People, task: Task, many: int, django_assert_max_num_queries: Any
) -> None:
    attached(people, task, *[checked(f"{n}.png") for n in range(min(many, 20))])
    client = Client()
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        with django_assert_max_num_queries(25):
            client.post(url_of(task), {"files": [SimpleUploadedFile("好.png", PNG)]})
        with django_assert_max_num_queries(15):
            client.get(url_of(task))
