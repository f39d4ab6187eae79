"""Files sent with a progress report: kept with it or not at all (rules E2, H5)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.files import files_of
from activity.models import Attachment, Event
from common import clock
from people.models import User
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Report, Task

People = dict[str, User]
NOW = build.july(16, 10)


@pytest.fixture(autouse=True)
def _files_here(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}},
    }


@pytest.fixture
def task(people: People) -> Task:
    return build.quantified(people, project_in_execution(people))


def send(people: People, task: Task, done: str, *files: SimpleUploadedFile, **more: str) -> Any:
    client = Client()
    said = {"done": done, "seen_version": str(task.version), "seen_done": "0", "files": list(files)} | more
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        return client.post(reverse("report_progress", args=[task.uid]), said, headers={"HX-Request": "true"})


def picture(name: str = "签收单.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.picture())


def kept() -> int:
    """How many uploads lie in the storage."""
    if not default_storage.exists("uploads"):
        return 0
    return sum(len(default_storage.listdir(f"uploads/{folder}")[1]) for folder in default_storage.listdir("uploads")[0])


def test_files_come_with_the_report_in_its_one_event(people: People, task: Task) -> None:
    assert send(people, task, "12", picture("一.png"), picture("二.png")).status_code < 300
    report = Report.objects.get()
    assert [file.name for file in files_of([report])["tracking.report", report.pk]] == ["一.png", "二.png"]
    event = Event.objects.get(verb="task.progress_reported")
    assert event.facts["files"] == ["一.png", "二.png"]
    assert not Event.objects.filter(verb="file.attached").exists()
    file = Attachment.objects.first()
    assert file is not None
    assert file.history.get().history_user == people["许知夏"]


def test_they_stand_among_the_files_of_the_task(people: People, task: Task) -> None:
    send(people, task, "12", picture())
    client = Client()
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        assert "签收单.png" in client.get(reverse("files_of", args=["tracking.task", task.uid])).content.decode()


def test_a_bad_file_is_named_at_its_field_and_nothing_is_reported(people: People, task: Task) -> None:
    answer = send(people, task, "12", picture(), SimpleUploadedFile("坏.png", b"<svg/>"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "坏.png" in page
    assert 'value="12"' in page
    assert (Report.objects.count(), Attachment.objects.count(), kept()) == (0, 0, 0)


def test_a_report_that_needs_a_word_keeps_no_file_until_it_has_it(people: People, task: Task) -> None:
    assert send(people, task, "99", picture()).status_code == 422
    assert (Report.objects.count(), kept()) == (0, 0)
    assert send(people, task, "99", picture(), confirm="1").status_code < 300
    assert (Report.objects.count(), Attachment.objects.count(), kept()) == (1, 1, 1)


def test_a_double_click_keeps_each_file_once(people: People, task: Task) -> None:
    for _click in range(2):
        assert send(people, task, "12", picture()).status_code < 300
    assert (Report.objects.count(), Attachment.objects.count(), kept()) == (1, 1, 1)


def test_the_form_carries_files_without_script(people: People, task: Task) -> None:
    client = Client()
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        page = client.get(task.get_absolute_url()).content.decode()
    assert 'enctype="multipart/form-data" hx-encoding="multipart/form-data"' in page
    assert 'type="file" name="files" multiple' in page


def test_files_cost_the_same_few_queries_however_many(people: People, task: Task) -> None:
    def cost(done: str, before: str, files: int) -> int:
        task.refresh_from_db()
        with CaptureQueriesContext(connection) as asked:
            send(people, task, done, *[picture(f"{n}.png") for n in range(files)], seen_done=before)
        return len(asked)

    cost("1", "0", 1)
    none, one, many = cost("2", "1", 0), cost("3", "2", 1), cost("4", "3", 15)
    assert Attachment.objects.count() == 17
    assert one == many
    assert one - none <= 5
