"""Views that people keep, and the days on which a digest went out."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import clock
from common.rows import SharedRow, history
from projects.models import Project


class SavedView(SharedRow):
    """A set of filters with its layout under a name: one's own, or shared with everybody who sees the project."""

    class Layout(models.TextChoices):
        BOARD = "board", _("Board")
        TABLE = "table", _("Table")

    project = models.ForeignKey(Project, models.CASCADE, related_name="views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    layout = models.CharField(max_length=10, choices=Layout.choices, default=Layout.BOARD)
    query = models.CharField(max_length=1000, blank=True)  # what stands behind the ? of its address
    is_shared = models.BooleanField(_("shared with everybody in the project"), default=False)
    history = history()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "owner", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved_view", args=[self.project.uid, self.uid])


class Habit(models.Model):
    """How a person likes to see a project: the view it opens with, and the table's columns. No history, no version."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.SET_NULL, null=True, blank=True, related_name="+")
    columns = models.CharField(max_length=200, blank=True)
    chosen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_habit_per_project")]

    def __str__(self) -> str:
        return self.columns


class Digest(models.Model):
    """A day on which the digest of a project was made; its row makes twice once (rule E6)."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="digests")
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="one_digest_a_day")]

    asks = False  # whether what is recorded of it now asks for figures

    def __str__(self) -> str:
        return self.day.isoformat()

    def get_absolute_url(self) -> str:
        return reverse("weekly_card") if self.asks else reverse("board", args=[self.project.uid])
