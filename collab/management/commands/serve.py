"""One command for everything: prepare, then web server, worker and scheduler under one supervisor."""

import fcntl
import socket
import sys
import time
from typing import Any, TextIO
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from collab.preparing import prepare
from collab.samples.people import PASSWORD
from collab.supervisor import Child, Supervisor
from people.models import User

WAIT = 60  # seconds for the first page


class Command(BaseCommand):
    """Runs until Ctrl-C or SIGTERM."""

    help = "Prepare what is missing, then run web server, worker and scheduler; one Ctrl-C stops all."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        held = self._alone()
        self._check_ground()
        supervisor = Supervisor(self._say)
        prepare(self._say)
        accounts = self._sample_accounts()
        connections.close_all()
        try:
            web, *others = self._children()
            if not supervisor.stopping:
                supervisor.start(web)
            self._wait_for_pages(supervisor, accounts)
            for child in others:
                if not supervisor.stopping:
                    supervisor.start(child)
            while not supervisor.stopping:
                supervisor.look_after()
        finally:
            self._say("stopping")
            supervisor.stop()
            held.close()
            self._say("stopped")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _alone(self) -> TextIO:
        held = open(settings.ENV.data / "serve.lock", "w", encoding="ascii")  # noqa: SIM115  held until the end
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Collab is running already on the data in {settings.ENV.data}") from None
        return held

    def _check_ground(self) -> None:
        if not (settings.BASE_DIR / "node_modules" / "@tabler" / "core").is_dir():
            raise CommandError("The browser packages are missing. Run: make run (or npm ci --omit=dev)")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.ENV.bind, settings.ENV.port))
            except OSError as trouble:
                raise CommandError(
                    f"Port {settings.ENV.port} cannot be used ({trouble.strerror}). Choose another: PORT=8080"
                ) from None

    def _children(self) -> list[Child]:
        env, logs = settings.ENV, settings.ENV.data / "log"
        python = [sys.executable, "-m"]
        beat_memory = str(env.data / "beat-schedule")
        return [
            Child("web", [*python, "gunicorn", "collab.wsgi:application", "-c", "python:collab.serving",
                          "--graceful-timeout", "3"], logs / "web.log"),
            Child("worker", [*python, "celery", "-A", "collab", "worker", "--queues", "work,mail", "--concurrency", "2",
                             "--without-gossip", "--without-mingle", "--loglevel", "WARNING"], logs / "worker.log"),
            Child("scheduler", [*python, "celery", "-A", "collab.ticking", "beat", "--schedule", beat_memory, "--pidfile=",
                                "--loglevel", "WARNING"], logs / "scheduler.log"),
        ]  # fmt: skip

    def _wait_for_pages(self, supervisor: Supervisor, accounts: list[str]) -> None:
        host = "localhost" if settings.ENV.bind in ("0.0.0.0", "127.0.0.1") else settings.ENV.bind  # noqa: S104
        end = time.monotonic() + WAIT
        while not supervisor.stopping:
            supervisor.look_after(pause=0.1)
            if self._answers(host):
                self._say(
                    "\n".join([f"\nCollab is ready: http://localhost:{settings.ENV.port}", *accounts, "Ctrl-C stops it.\n"])
                )
                return
            if time.monotonic() > end:
                self._say(f"No page within {WAIT} s; see {settings.ENV.data / 'log'}\n{supervisor.children[0].last_words()}")
                return

    def _answers(self, host: str) -> bool:
        try:
            with urlopen(f"http://{host}:{settings.ENV.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _sample_accounts(self) -> list[str]:
        """Who may sign in while samples are loaded."""
        people = list(User.objects.filter(is_sample=True, is_active=True).select_related("department").order_by("pk"))
        if not people:
            return []
        lines = [f"  {user.username:<14} {user.name} · {user.department or ''} · {user.title}" for user in people]
        return [f"Sample accounts, all with the password {PASSWORD}:", *lines]
