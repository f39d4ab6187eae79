"""What the database says while a run goes on, by SQL: whether something is to be done, so that the clock does not run ahead."""

from datetime import datetime
from typing import Any

import psycopg2

LOAD = """
WITH steps AS (
  SELECT s.at FROM activity_clockstep s JOIN activity_clock c ON c.id = s.clock_id
  WHERE s.done_at IS NULL
    AND (c.stopped_at IS NULL OR s.kind = 'breach' AND c.breached_at IS NULL AND c.stopped_at > c.due_at) -- too late is a breach
)
SELECT (SELECT count(*) FROM activity_delivery WHERE channel = 'mail'
          AND (state = 'sending' OR state IN ('pending', 'in_doubt') AND next_attempt_at <= %(now)s)),
       (SELECT count(*) FROM steps WHERE at <= %(now)s)
       + (SELECT count(*) FROM meetings_minutes x JOIN meetings_meeting m ON m.id = x.meeting_id
          WHERE m.ends_at <= %(now)s
          AND NOT EXISTS (SELECT FROM activity_clock c WHERE c.kind = 'minutes' AND c.object_id = x.id)),
       (SELECT count(*) FROM activity_delivery WHERE state IN ('sending', 'pending', 'in_doubt')),
       (SELECT count(*) FROM steps),
       LEAST((SELECT min(GREATEST(next_attempt_at, lease_until)) FROM activity_delivery
                WHERE state IN ('sending', 'pending', 'in_doubt')),
             (SELECT min(at) FROM steps))"""


class Seen:
    """One look at the rows."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True
        self.mails = self.steps = self.open_mails = self.open_steps = 0
        self.next: datetime | None = None

    def look(self, now: datetime) -> None:
        self.mails, self.steps, self.open_mails, self.open_steps, self.next = self.ask(LOAD, now=now)[0]

    def ask(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def close(self) -> None:
        self.connection.close()
