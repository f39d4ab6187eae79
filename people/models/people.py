"""Departments, people, and the work calendar."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import Row, SharedRow, history


class Department(Row):
    """A department; staff units may have no head. Departments form a tree."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="heads")
    sort_key = models.CharField(max_length=200, default="", editable=False)  # pinyin
    is_active = models.BooleanField(default=True)
    history = history()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["User"]):
    """Makes users; a password is hashed, never stored."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(Row, AbstractBaseUser):
    """A person: signs in by username, mail, phone or staff number; belongs to one department."""

    class Language(models.TextChoices):
        ZH = "zh-hans", "简体中文"
        EN = "en", "English"

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("full name"), max_length=60)
    sort_key = models.CharField(max_length=120, default="", editable=False)  # pinyin
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="members")
    title = models.CharField(_("job title"), max_length=60, blank=True)
    staff_no = models.CharField(_("staff number"), max_length=30, unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=30, unique=True, null=True, blank=True)
    email = models.EmailField(_("mail address"), unique=True, null=True, blank=True)
    is_executive = models.BooleanField(_("senior management"), default=False)
    is_auditor = models.BooleanField(_("auditor"), default=False)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ZH)
    joined_at = models.DateTimeField(default=clock.now)
    history = history()

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["sort_key", "id"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("me")


class WorkCalendar(models.Model):
    """The edition of the work calendar: another after each change, lest a process answers from an older. Its key is 1."""

    edition = models.UUIDField(default=uuid4)
    known_by = models.CharField(max_length=60, blank=True)  # what the official days were read from

    def __str__(self) -> str:
        return str(self.edition)


class WorkDay(models.Model):
    """One date of the organisation's calendar; `running` counts the workdays up to and with it, so W(a, b) is a subtraction."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    note = models.CharField(max_length=60, blank=True)
    running = models.IntegerField()

    def __str__(self) -> str:
        return self.day.isoformat()


class DayOverride(SharedRow):
    """A date that this organisation works or does not, whatever the official calendar says (rule D1)."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("people work"))
    note = models.CharField(_("why"), max_length=60, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = history()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("work_calendar")


class ApiToken(Row):
    """A key to the API in a person's name, with an end; only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("purpose"), max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.name}"
