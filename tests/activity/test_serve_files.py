"""Files as they are sent and shown: to whom, with which headers, drawn anew (rules A3, H5)."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from activity import previews
from activity.files import attach, remove
from activity.jobs import draw_previews
from activity.models import Attachment
from common import clock, picturing
from common.uploads import check
from people.models import User
from projects.models import Project
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Task

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
    return build.task(people, project_in_execution(people))


def kept(people: People, task: Task, name: str, content: bytes) -> Attachment:
    with clock.at(NOW):
        upload = check(SimpleUploadedFile(name, content))
        return attach(actor=people["许知夏"], subject=task, project=task.project, uploads=[upload])[0]


def get(people: People, who: str, name: str, file: Attachment, query: str = "", **headers: str) -> Any:
    client = Client()
    with clock.at(NOW):
        client.force_login(people[who])
        return client.get(reverse(name, args=[file.uid]) + query, headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


NAMES = {
    "报告.pdf": made.pdf(),
    "表.xlsx": made.table(),
    "图.png": made.picture(),
    "清单.csv": "华东,30".encode(),
    'a"b;c\r\nX-Evil: 1.txt': b"text",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_sent_as_attachment_and_can_do_nothing(people: People, task: Task, name: str) -> None:
    file = kept(people, task, name, NAMES[name])
    answer = get(people, "许知夏", "file", file)
    assert body(answer) == NAMES[name]
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["Content-Type"] == file.kind
    assert answer["Content-Length"] == str(len(NAMES[name]))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "X-Evil" not in answer.headers
    assert "\r" not in answer["Content-Disposition"]


def test_a_chinese_name_is_said_as_the_standard_says(people: People, task: Task) -> None:
    answer = get(people, "许知夏", "file", kept(people, task, "报告.pdf", made.pdf()))
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.pdf"


@pytest.mark.parametrize("name", ["file", "file_view", "file_preview"])
def test_who_may_not_see_the_task_gets_404_at_each_request(people: People, task: Task, name: str) -> None:
    file = kept(people, task, "图.png", made.picture())
    assert get(people, "陆景行", name, file).status_code == 200  # senior management sees open projects
    assert get(people, "单𠮷安", name, file).status_code == 404
    assert get(people, "毕以恒", name, file).status_code == 404
    task.project.confidential = True
    task.project.save(update_fields=["confidential"])
    assert get(people, "陆景行", name, file).status_code == 404
    assert get(people, "许知夏", name, file).status_code == 200


def test_what_a_browser_has_seen_is_asked_for_anew_and_refused_once_the_right_is_gone(people: People, task: Task) -> None:
    file = kept(people, task, "图.png", made.picture())
    first = get(people, "陆景行", "file_preview", file)
    assert first["Cache-Control"] == "private, no-cache"
    assert get(people, "陆景行", "file_preview", file, If_None_Match=first["ETag"]).status_code == 304
    task.project.confidential = True
    task.project.save(update_fields=["confidential"])
    assert get(people, "陆景行", "file_preview", file, If_None_Match=first["ETag"]).status_code == 404


def test_a_removed_file_is_not_sent(people: People, task: Task) -> None:
    file = kept(people, task, "图.png", made.picture())
    with clock.at(NOW):
        remove(actor=people["许知夏"], file_uid=file.uid)
    for name in ("file", "file_view", "file_preview"):
        assert get(people, "许知夏", name, file).status_code == 404


def test_bytes_that_are_gone_are_said_plainly(people: People, task: Task) -> None:
    file = kept(people, task, "图.png", made.picture())
    default_storage.delete(file.stored_as)
    assert get(people, "许知夏", "file", file).status_code == 503
    assert get(people, "许知夏", "file_view", file).status_code == 200


def test_a_picture_is_drawn_anew_upright_and_small_without_what_stood_in_it(people: People, task: Task) -> None:
    file = kept(people, task, "照片.jpg", made.phone_picture())
    answer = get(people, "许知夏", "file_preview", file)
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (40, 80))
        assert not drawn.getexif()
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    large = kept(people, task, "大.png", made.picture("PNG", (4000, 2000)))
    for query, width in (("", 1600), ("?small", 320)):
        with Image.open(io.BytesIO(get(people, "许知夏", "file_preview", large, query).content)) as drawn:
            assert drawn.width == width


def test_a_preview_is_drawn_once(people: People, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(people, task, "图.png", made.picture())
    first = get(people, "许知夏", "file_preview", file).content
    monkeypatch.setattr(subprocess, "run", None)
    assert get(people, "许知夏", "file_preview", file).content == first


def test_the_pages_of_a_pdf_are_pictures_on_a_page_of_ours(people: People, task: Task) -> None:
    file = kept(people, task, "方案.pdf", made.pdf(3))
    page = get(people, "许知夏", "file_view", file)
    assert page.content.decode().count("preview/?page=") == 3
    assert "script-src 'self'" in page["Content-Security-Policy"]
    answer = get(people, "许知夏", "file_preview", file, "?page=3")
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert max(drawn.size) == previews.LARGE
    for query in ("?page=4", "?page=0", "?page=x", "?page=-1", "?page=99999999"):
        assert get(people, "许知夏", "file_preview", file, query).status_code == 404


def test_a_long_pdf_shows_its_first_pages_and_says_how_many_follow(people: People, task: Task) -> None:
    file = kept(people, task, "长.pdf", made.pdf(previews.PAGES + 5))
    page = get(people, "许知夏", "file_view", file).content.decode()
    assert page.count("preview/?page=") == previews.PAGES
    assert "5" in page


@pytest.mark.parametrize(
    ("name", "content"), [("坏.pdf", b"%PDF-1.4\nnothing of a pdf\n%%EOF"), ("表.xlsx", made.table()), ("文.txt", b"text")]
)
def test_what_cannot_be_drawn_is_offered_for_download(people: People, task: Task, name: str, content: bytes) -> None:
    file = kept(people, task, name, content)
    assert get(people, "许知夏", "file_preview", file).status_code == 404
    page = get(people, "许知夏", "file_view", file)
    assert page.status_code == 200
    assert reverse("file", args=[file.uid]) in page.content.decode()


def drawing(*args: str, content: bytes) -> subprocess.CompletedProcess[bytes]:
    """The program that draws, by itself."""
    program = [sys.executable, "-I", picturing.__file__, *args]
    return subprocess.run(program, input=content, capture_output=True, timeout=60, env={}, cwd="/", check=False)


def test_the_program_that_draws_refuses_too_many_points_before_decoding_them() -> None:
    assert b"too many points" in drawing("image", "1", "320", content=made.picture("PNG", (10_000, 9_000), "1")).stderr


def test_the_program_that_draws_has_narrow_limits_and_no_environment() -> None:
    probe = (
        f"import sys; sys.path.insert(0, {str(Path(picturing.__file__).parent)!r}); import picturing, resource, os, json;"
        "picturing.narrow_down();"
        "print(json.dumps([resource.getrlimit(r)[0] for r in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]));"
        "bytearray(2 * 1024**3)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], capture_output=True, env={}, check=False)
    assert json.loads(done.stdout) == [picturing.MEMORY, picturing.SECONDS, 0]
    assert b"MemoryError" in done.stderr


def test_drawing_that_takes_too_long_is_given_up(people: People, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(people, task, "图.png", made.picture())
    monkeypatch.setattr(previews, "SECONDS", 0.01)
    assert get(people, "许知夏", "file_preview", file).status_code == 404
    monkeypatch.undo()
    assert get(people, "许知夏", "file_preview", file).status_code == 200


def test_the_archive_is_not_served_by_its_name_in_the_storage(people: People, task: Task) -> None:
    file = kept(people, task, "图.png", made.picture())
    client = Client()
    client.force_login(people["许知夏"])
    for url in (f"/{file.stored_as}", f"/static/{file.stored_as}", f"/files/{file.stored_as}", f"/media/{file.stored_as}"):
        assert client.get(url).status_code == 404


def test_an_archived_project_still_shows_its_files(people: People, task: Task) -> None:
    file = kept(people, task, "图.png", made.picture())
    task.project.hold = Project.Hold.SUSPENDED
    task.project.save(update_fields=["hold"])
    assert get(people, "许知夏", "file", file).status_code == 200


def test_the_worker_draws_ahead_and_twice_is_once(people: People, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    picture, long = kept(people, task, "图.png", made.picture()), kept(people, task, "长.pdf", made.pdf(8))
    text = kept(people, task, "文.txt", b"text")
    for file in (picture, long, text):
        draw_previews(file.pk)
    drawn = default_storage.listdir("previews")[0]
    monkeypatch.setattr(subprocess, "run", None)
    for file in (picture, long, text):
        draw_previews(file.pk)
    assert default_storage.listdir("previews")[0] == drawn
    for query in ("", "?small"):
        assert get(people, "许知夏", "file_preview", picture, query).status_code == 200
    for page in range(1, previews.AHEAD + 1):
        assert get(people, "许知夏", "file_preview", long, f"?page={page}").status_code == 200


def test_a_page_waits_only_so_long_for_its_turn(people: People, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(people, task, "图.png", made.picture())
    monkeypatch.setattr(previews, "PATIENCE", 0.01)
    with previews._one_at_a_time:
        assert get(people, "许知夏", "file_preview", file).status_code == 404
    assert get(people, "许知夏", "file_preview", file).status_code == 200
