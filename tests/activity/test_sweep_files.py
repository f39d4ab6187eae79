"""Bytes that no row knows are taken away after a day, those of rows never (rule H5)."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.beat import sweep_files
from activity.files import attach, remove
from activity.models import Attachment
from activity.sweeping import FEW
from common import clock
from common.uploads import check
from people.models import User
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution
from tracking.models import Task

pytestmark = pytest.mark.django_db
NOW = build.july(16, 10)
LATER = NOW + timedelta(days=1, minutes=1)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    there = tmp_path / "files"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": there}},
    }
    return there


@pytest.fixture
def task(people: dict[str, User]) -> Task:
    return build.task(people, project_in_execution(people))


def stray(name: str) -> str:
    """A file as an upload leaves it whose process died before the commit."""
    return default_storage.save(f"uploads/{name[:2]}/{name}", ContentFile(b"stray"))


def kept(people: dict[str, User], task: Task) -> Attachment:
    upload = check(SimpleUploadedFile("图.png", made.picture()))
    return attach(actor=people["许知夏"], subject=task, project=task.project, uploads=[upload])[0]


def age(folder: Path) -> None:
    """All that lies there was written at NOW."""
    for file in folder.rglob("*"):
        os.utime(file, (NOW.timestamp(), NOW.timestamp()))


def lying(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_a_file_of_no_row_goes_after_a_day_and_those_of_rows_stay(people: dict[str, User], task: Task, folder: Path) -> None:
    with clock.at(NOW):
        file, gone = kept(people, task), kept(people, task)
        remove(actor=people["许知夏"], file_uid=gone.uid)
    stray("ab" * 16)
    document = default_storage.save("documents/ab/ab", ContentFile(b"%PDF"))
    age(folder)
    with clock.at(NOW + timedelta(hours=23)):
        sweep_files()
    assert len(lying(folder)) == 4
    for _twice_is_once in range(2):
        with clock.at(LATER):
            sweep_files()
        assert lying(folder) == {file.stored_as, gone.stored_as, document}


def test_nothing_goes_where_the_database_is_another_one(folder: Path, caplog: Any) -> None:
    for number in range(FEW + 1):
        stray(f"{number:032x}")
    age(folder)
    with clock.at(LATER):
        sweep_files()
    assert len(lying(folder)) == FEW + 1
    assert "is this their database" in caplog.text


def test_where_nothing_was_uploaded_there_is_nothing_to_do(folder: Path) -> None:
    sweep_files()
    assert not folder.exists()
