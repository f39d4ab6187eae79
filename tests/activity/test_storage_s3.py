"""Files in a bucket that speaks S3, against a real server of it on loopback (rule H5)."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer

from activity.beat import sweep_files
from activity.files import attach
from activity.models import Attachment
from collab.env import read_environment, storage_settings
from common import clock
from common.refusals import Refused
from common.uploads import check
from documents.blobs import keep, read
from people.models import User
from tests.activity import files_made as made
from tests.tracking import build
from tests.tracking.conftest import project_in_execution

NOW = build.july(16, 10)
KEY, SECRET = "key", "s/e+c"
TEST = {"COLLAB_MODE": "test"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server that speaks S3."""
    there = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    there.start()
    host, port = there.get_host_and_port()
    yield f"http://{host}:{port}"
    there.stop()


@pytest.fixture
def bucket(server: str, settings: Any) -> Any:
    """The bucket itself, seen from outside; the application uses it as its environment says."""
    client = boto3.client("s3", endpoint_url=server, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
    client.create_bucket(Bucket="collab-files")
    use(settings, f"s3://{KEY}:s%2Fe%2Bc@collab-files/office?endpoint={server}&region=us-east-1")
    yield client
    for found in client.list_objects_v2(Bucket="collab-files").get("Contents", []):
        client.delete_object(Bucket="collab-files", Key=found["Key"])


def use(settings: Any, address: str) -> None:
    said = storage_settings(read_environment(TEST | {"COLLAB_FILES": address}))
    settings.STORAGES = {**settings.STORAGES, "default": said}


def keys(bucket: Any) -> list[str]:
    return [found["Key"] for found in bucket.list_objects_v2(Bucket="collab-files").get("Contents", [])]


def test_a_file_goes_to_the_bucket_and_comes_back_by_the_same_door(people: dict[str, User], bucket: Any) -> None:
    task = build.task(people, project_in_execution(people))
    content = made.picture("PNG", (900, 600))
    client = Client()
    with clock.at(NOW):
        client.force_login(people["许知夏"])
        client.post(reverse("files_of", args=["tracking.task", task.uid]), {"files": SimpleUploadedFile("图.png", content)})
        file = Attachment.objects.get()
        assert keys(bucket) == [f"office/{file.stored_as}"]
        assert bucket.get_object(Bucket="collab-files", Key=keys(bucket)[0])["Body"].read() == content
        answer = client.get(reverse("file", args=[file.uid]))
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert client.get(reverse("file_preview", args=[file.uid])).status_code == 200
    assert len(keys(bucket)) == 2  # the preview is kept beside it


def test_documents_are_kept_and_checked_there_as_well(db: None, bucket: Any) -> None:
    blob = keep(b"%PDF-1.4 document", "application/pdf")
    assert keys(bucket) == [f"office/{blob.stored_as}"]
    assert read(blob) == b"%PDF-1.4 document"
    assert keep(b"%PDF-1.4 document", "application/pdf").pk == blob.pk
    bucket.put_object(Bucket="collab-files", Key=keys(bucket)[0], Body=b"altered")
    with pytest.raises(FileNotFoundError):
        read(blob)
    assert sha256(b"%PDF-1.4 document").hexdigest() == blob.sha256


def test_what_is_not_there_is_not_found_and_a_second_of_a_name_overwrites_nothing(bucket: Any) -> None:
    with pytest.raises(FileNotFoundError):
        default_storage.open("uploads/none")
    first = default_storage.save("a/b", ContentFile(b"first"))
    second = default_storage.save("a/b", ContentFile(b"second"))
    assert first != second
    assert default_storage.open(first).read() == b"first"


def test_a_storage_that_does_not_answer_is_said_and_nothing_is_half_kept(people: dict[str, User], settings: Any) -> None:
    use(settings, f"s3://{KEY}:x@collab-files?endpoint=http://127.0.0.1:9")
    task = build.task(people, project_in_execution(people))
    upload = check(SimpleUploadedFile("图.png", made.picture()))
    with clock.at(NOW), pytest.raises(Refused) as no:
        attach(actor=people["许知夏"], subject=task, project=task.project, uploads=[upload])
    assert no.value.field == "files"
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://bucket", "s3://", "s3:///folder", "s3://bucket?endpont=http://x", "s3://bucket?endpoint=ftp://x",
        "s3://bucket?addressing=other",
    ],
)  # fmt: skip
def test_a_bad_address_stops_the_start_and_is_named(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="COLLAB_FILES"):
        read_environment(TEST | {"COLLAB_FILES": address})


def test_without_a_bucket_files_lie_in_the_data_directory() -> None:
    found = read_environment(TEST | {"COLLAB_DATA": "/somewhere"})
    said: Any = storage_settings(found)
    assert str(said["OPTIONS"]["location"]) == "/somewhere/files"


def test_in_a_bucket_too_what_no_row_knows_goes_after_a_day(people: dict[str, User], bucket: Any) -> None:
    task = build.task(people, project_in_execution(people))
    upload = check(SimpleUploadedFile("图.png", made.picture()))
    with clock.at(NOW):
        file = attach(actor=people["许知夏"], subject=task, project=task.project, uploads=[upload])[0]
    stray = default_storage.save("uploads/ab/abcd", ContentFile(b"stray"))
    written = default_storage.get_modified_time(stray)
    with clock.at(written + timedelta(hours=23)):
        sweep_files()
    assert len(keys(bucket)) == 2
    with clock.at(written + timedelta(hours=25)):
        sweep_files()
    assert keys(bucket) == [f"office/{file.stored_as}"]
    with pytest.raises(FileNotFoundError):
        default_storage.get_modified_time(stray)
