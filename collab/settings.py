"""Settings of the product; all that an operator may choose comes from collab.env."""

from pathlib import Path

from csp.constants import NONE, SELF

from collab.env import database_settings, read_environment, secret_key, smtp_settings, storage_settings

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = read_environment()
ENV.data.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = secret_key(ENV)
ALLOWED_HOSTS = list(ENV.hosts) or ["*"]
ROOT_URLCONF = "collab.urls"
WSGI_APPLICATION = "collab.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "simple_history",
    "allauth",
    "allauth.account",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "common",
    "people",
    "activity",
    "documents",
    "projects",
    "tracking",
    "meetings",
    "lifecycle",
    "collab",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.compressing.Compress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "common.middleware.LeadToThePageAbove",
    "common.middleware.AskToSignInAgain",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "common.middleware.LeaveOutNul",
    "people.middleware.LanguageOfUser",
    "people.middleware.OneCalendar",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "common.middleware.SayMessages",
    "common.middleware.SayRefusals",
    "activity.middleware.DoneOnce",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "activity.queries.frame",
            ],
        },
    }
]

DATABASES = {"default": database_settings(ENV)}

# people
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.AnyName"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "people.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "people.forms.SignInForm",
    "reset_password": "people.forms.ResetForm",
    "reset_password_from_key": "people.forms.ResetKeyForm",
    "change_password": "people.forms.ChangeForm",
}
ACCOUNT_RATE_LIMITS = {"reauthenticate": "10/m/user,60/h/user"}  # tries to prove who signs: a PIN has six digits
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.proxies  # so many stand in front; X-Forwarded-For names the client

SAMPLE_PASSWORD = "collab-2026"  # noqa: S105  of the sample people; shown on the sign-in page while there are any

# languages and time
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENV.time_zone
LANGUAGE_CODE = ENV.language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "collab_language"
LOCALE_PATHS = [  # before those of libraries, so that our own words win
    BASE_DIR / floor / "locale"
    for floor in ("common", "people", "activity", "documents", "projects", "tracking", "meetings", "lifecycle", "collab")
]
FORMAT_MODULE_PATH = ["collab.formats"]

# pages and files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"] + [
    (name, BASE_DIR / "node_modules" / folder)
    for name, folder in (
        ("tabler", "@tabler/core/dist"),
        ("signature_pad", "signature_pad/dist"),
        ("fullcalendar", "fullcalendar"),
        ("fullcalendar_locales", "@fullcalendar/core/locales"),
    )
    if (BASE_DIR / "node_modules" / folder).is_dir()
]
STATICFILES_FINDERS = ["collab.browser_parts.WhatPagesUse", "collab.browser_parts.WhatAppsBring"]
ICONS_DIR = BASE_DIR / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
STATIC_ROOT = ENV.data / "static"
STORAGES = {
    "default": storage_settings(ENV),
    "staticfiles": {"BACKEND": "collab.browser_parts.Compressed"},
}
FILE_UPLOAD_HANDLERS = [
    "common.uploads.Limit",  # first: what is too big is not received whole
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # of one request; that a sending has fewer is said at its field
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "webp", "ico", "gz", "woff", "woff2")

# safety
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # widths of bars; no script can be carried in them
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "collab.noes.stale_form"
SESSION_ENGINE = "people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; health checks reach us on plain http
SILENCED_SYSTEM_CHECKS = ["security.W008"]
if ENV.https:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [ENV.base_url]

# the API: a token or the browser's session; JSON alone; closed by default
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["people.api.TokenOfPerson", "rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.problems.answer",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Collab",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "TaskState": "tracking.models.Task.State",
        "RiskState": "tracking.models.Risk.State",
        "ProjectState": "projects.models.Project.State",
        "MinutesState": "meetings.models.Minutes.State",
        "MeetingKind": "meetings.models.meeting.Kind",
        "ChangeState": "tracking.models.ChangeRequest.State",
        "ChangeKind": "tracking.models.ChangeRequest.Kind",
        "ChangeLineKind": "tracking.models.ChangeLine.Kind",
    },
}

# cache: shared between processes, since rate limits count in it
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}
        if ENV.redis_url
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "collab_cache"}
    )
}

# mail
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
MAIL_CONFIGURED = bool(ENV.smtp_url)
globals().update(smtp_settings(ENV))
BASE_URL = ENV.base_url

# background work: the broker is a doorbell, the rows are the truth
BROKER_DIR = ENV.data / "broker"
CELERY_BROKER_URL = ENV.redis_url or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if not ENV.redis_url:
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(ENV.data / "broker_control"),
    }
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(ENV.redis_url)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 250_000  # kB, shared pages included; a larger process gives way to a fresh one
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {name: {"queue": "mail"} for name in ("activity.jobs.deliver_mail", "activity.beat.sweep_outbox")}
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
# `manage.py sweep` runs the same beats in this order
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, task, seconds in (
        ("leaves", "people.beat.turn_leaves", 60.0),  # first: whoever stands in from today is told of what follows
        ("calendar", "people.beat.follow_official_days", 60.0),  # before meetings, which lie on its workdays
        ("meetings", "meetings.beat.plan_meetings", 60.0),
        ("clocks", "activity.beat.run_clocks", 60.0),
        ("scan", "tracking.beat.scan_evenings", 60.0),
        ("digests", "tracking.beat.make_digests", 60.0),
        ("documents", "documents.beat.finish_documents", 60.0),
        ("seals", "documents.beat.seal_documents", 60.0),
        ("memoranda", "projects.beat.bring_into_force", 60.0),
        ("ledger", "activity.beat.seal_ledger", 30.0),
        ("heads", "activity.beat.keep_ledger", 600.0),
        ("outbox", "activity.beat.sweep_outbox", 60.0),
        ("keys", "activity.beat.sweep_keys", 3600.0),
        ("files", "activity.beat.sweep_files", 21_600.0),
    )
}

# the operation log: where its daily heads are kept, outside the database
LEDGER_DIR = ENV.ledger_dir

# live pages: streams are a process of their own, where one is served beside the web server
LIVE_STREAMS = ENV.mode == "production"

# rules that an operator may tune
MINUTES_HOURS = 24
MINUTES_MARGIN_MINUTES = ENV.minutes_margin
MINUTES_PDF = ENV.minutes_pdf  # attached to each mail; without, it is on their page alone

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"addresses": {"()": "collab.quiet_log.HideAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["addresses"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}, "kombu.connection": {"level": "ERROR"}},
}

if ENV.mode == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
