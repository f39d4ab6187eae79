"""Files in a bucket that speaks S3: a server that does not answer is an OSError soon, never a page that hangs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


@contextmanager
def _said_plainly(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(name) from error
        raise OSError(f"{name}: {error}") from error
    except BotoCoreError as error:
        raise OSError(f"{name}: {error}") from error


class Bucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """The default storage where COLLAB_FILES names a bucket; works with servers that know only the older checksums."""

    def __init__(self, *, addressing: str, **options: Any) -> None:
        config = Config(
            s3={"addressing_style": addressing},
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            client_config=config,
            default_acl=None,
            file_overwrite=False,
            max_memory_size=4 * 1024**2,
            transfer_config=TransferConfig(use_threads=False),
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _said_plainly(name):
            file = super()._open(name, mode)
            if "r" in mode:
                _fetched = file.file  # now: what fails later would fail in the middle of an answer
            return file

    def _save(self, name: str, content: Any) -> str:
        with _said_plainly(name):
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        """Whether it is there."""
        with _said_plainly(name):
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The folders and the files in a folder."""
        with _said_plainly(path):
            folders, files = super().listdir(path)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        """When it was written."""
        with _said_plainly(name):
            moment: datetime = super().get_modified_time(name)
            return moment

    def delete(self, name: str) -> None:
        """Take it away; what is not there is away."""
        with _said_plainly(name):
            super().delete(name)
