"""The environment, read in one place and loud on a bad value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MODES = ("embedded", "production", "test")


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    said = env.get(name, "").strip().lower()
    if said in ("", None):
        return default
    if said in ("1", "true", "yes", "on"):
        return True
    if said in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {said!r}")


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    said = env.get(name, "").strip()
    if not said:
        return default
    if not said.isdigit() or not low <= int(said) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {said!r}")
    return int(said)


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    said = env.get(name, "").strip()
    if said and urlsplit(said).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with one of {', '.join(s + '://' for s in schemes)}")
    return said


def _path(env: Mapping[str, str], name: str) -> Path | None:
    said = env.get(name, "").strip()
    return Path(said) if said else None


def _bucket(env: Mapping[str, str], name: str) -> str:
    said = _address(env, name, ("s3",))
    asked = dict(parse_qsl(urlsplit(said).query, keep_blank_values=True))
    unknown = sorted(set(asked) - {"endpoint", "region", "addressing"})
    if said and (not urlsplit(said).hostname or unknown):
        raise ImproperlyConfigured(f"{name} must be s3://key:secret@bucket/folder?endpoint=…&region=…&addressing=…")
    if urlsplit(asked.get("endpoint", "https://x")).scheme not in ("http", "https"):
        raise ImproperlyConfigured(f"the endpoint in {name} must begin with http:// or https://")
    if asked.get("addressing", "auto") not in ("auto", "path", "virtual"):
        raise ImproperlyConfigured(f"addressing in {name} must be auto, path or virtual")
    return said


@dataclass(frozen=True)
class Environment:
    """All that the operator may set; names and defaults stand in the README's table."""

    mode: str
    port: int
    bind: str
    data: Path
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    base_url: str
    hosts: tuple[str, ...]
    https: bool
    proxies: int
    secret_key: str
    language: str
    time_zone: str
    samples: bool
    minutes_margin: int
    minutes_pdf: bool
    web_threads: int
    web_workers: int
    test_clock: str
    files_url: str
    keys: Path
    seal_p12: Path | None
    seal_password: str
    tsa_url: str
    tsa_certificate: Path | None
    ledger_dir: Path


def read_environment(env: Mapping[str, str] = os.environ) -> Environment:
    """The environment, checked; raises ImproperlyConfigured naming the variable that is wrong."""
    mode = env.get("COLLAB_MODE", "embedded").strip() or "embedded"
    if mode not in MODES:
        raise ImproperlyConfigured(f"COLLAB_MODE must be one of {', '.join(MODES)}, not {mode!r}")
    port = _number(env, "PORT", 8000, 1, 65535)
    data = _path(env, "COLLAB_DATA") or Path(__file__).resolve().parent.parent / "var"
    test_clock = env.get("COLLAB_TEST_CLOCK", "").strip()
    if test_clock and mode != "test":
        raise ImproperlyConfigured("COLLAB_TEST_CLOCK is for tests alone; it is refused unless COLLAB_MODE=test")
    language = env.get("COLLAB_LANGUAGE", "zh-hans").strip().lower()
    if language not in ("zh-hans", "en"):
        raise ImproperlyConfigured(f"COLLAB_LANGUAGE must be zh-hans or en, not {language!r}")
    secret_key = env.get("COLLAB_SECRET_KEY", "").strip()
    if secret_key and len(secret_key) < 32:
        raise ImproperlyConfigured("COLLAB_SECRET_KEY must have 32 characters or more")
    base_url = _address(env, "COLLAB_URL", ("http", "https")).rstrip("/") or f"http://localhost:{port}"
    hosts = tuple(h.strip() for h in env.get("COLLAB_HOSTS", "").split(",") if h.strip())
    database_url = _address(env, "DATABASE_URL", ("postgresql", "postgres", "sqlite"))
    redis_url = _address(env, "REDIS_URL", ("redis", "rediss", "unix"))
    if mode == "production" and not (database_url.startswith("postgres") and redis_url and secret_key):
        raise ImproperlyConfigured("COLLAB_MODE=production needs DATABASE_URL (PostgreSQL), REDIS_URL and COLLAB_SECRET_KEY")
    data = Path(env.get("COLLAB_DATA", "").strip() or Path(__file__).resolve().parent.parent / "var")
    return Environment(
        mode=mode,
        port=port,
        bind=env.get("COLLAB_BIND", "").strip() or ("0.0.0.0" if mode == "production" else "127.0.0.1"),  # noqa: S104
        data=data,
        database_url=database_url,
        redis_url=redis_url,
        smtp_url=_address(env, "SMTP_URL", ("smtp", "smtps", "smtp+starttls")),
        mail_from=env.get("COLLAB_MAIL_FROM", "").strip() or "collab@localhost",
        base_url=base_url,
        hosts=hosts,
        https=(https := _flag(env, "COLLAB_HTTPS", mode == "production")),
        proxies=_number(env, "COLLAB_PROXIES", 1 if https else 0, 0, 9),
        secret_key=secret_key,
        language=language,
        time_zone=env.get("COLLAB_TIME_ZONE", "").strip() or "Asia/Shanghai",
        samples=_flag(env, "COLLAB_SAMPLES", mode == "embedded"),
        minutes_margin=_number(env, "COLLAB_MINUTES_MARGIN", 90, 5, 720),
        minutes_pdf=_flag(env, "COLLAB_MINUTES_PDF", mode != "test"),
        web_threads=_number(env, "COLLAB_WEB_THREADS", 8, 1, 64),
        web_workers=_number(env, "COLLAB_WEB_WORKERS", 2 if mode == "production" else 1, 1, 64),
        test_clock=test_clock,
        files_url=_bucket(env, "COLLAB_FILES"),
        keys=_path(env, "COLLAB_KEYS") or data / "keys",
        seal_p12=_path(env, "COLLAB_SEAL_P12"),
        seal_password=env.get("COLLAB_SEAL_PASSWORD", ""),
        tsa_url=_address(env, "COLLAB_TSA_URL", ("http", "https")),
        tsa_certificate=_path(env, "COLLAB_TSA_CERTIFICATE"),
        ledger_dir=_path(env, "COLLAB_LEDGER_DIR") or data / "ledger",
    )


def database_settings(found: Environment) -> dict:
    """PostgreSQL from DATABASE_URL; else SQLite, by sqlite:///path or in the data directory (WAL, immediate transactions)."""
    if found.database_url.startswith("postgres"):
        parts = urlsplit(found.database_url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")) or "collab",
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(urlsplit(found.database_url).path) or found.data / "collab.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def storage_settings(found: Environment) -> dict[str, object]:
    """Where files lie: in a bucket that speaks S3 (COLLAB_FILES), else below the data directory."""
    if not found.files_url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": found.data / "files", "file_permissions_mode": 0o600},
        }
    parts = urlsplit(found.files_url)
    asked = dict(parse_qsl(parts.query))
    options = {
        "bucket_name": parts.hostname,
        "location": unquote(parts.path.strip("/")),
        "access_key": unquote(parts.username) if parts.username else None,  # else as the AWS tools find it
        "secret_key": unquote(parts.password) if parts.password else None,
        "endpoint_url": asked.get("endpoint") or None,
        "region_name": asked.get("region") or None,
        "addressing": asked.get("addressing", "path" if asked.get("endpoint") else "auto"),
    }
    return {"BACKEND": "common.bucket.Bucket", "OPTIONS": {k: v for k, v in options.items() if v is not None}}


def smtp_settings(found: Environment) -> dict[str, object]:
    """Django's EMAIL_* from SMTP_URL (smtp://, smtp+starttls://, smtps://); empty when there is no mail server."""
    if not found.smtp_url:
        return {}
    parts = urlsplit(found.smtp_url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
    }


def secret_key(found: Environment) -> str:
    """The given key, else one made at first start and kept in the data directory, readable by its owner alone."""
    if found.secret_key:
        return found.secret_key
    found.data.mkdir(parents=True, exist_ok=True)
    file = found.data / "secret_key"
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        made = os.urandom(48).hex()
        out.write(made)
    return made
