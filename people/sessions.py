"""Sessions in the database, found by a query that is built once: every page asks for one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from common import clock
from common.again import Again

_by_key = Again(lambda key: Session.objects.filter(session_key=key).order_by(), "a key")


class SessionStore(db.SessionStore):
    """As Django's own."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """The session's row while it lasts."""
        for row in _by_key(self.session_key):
            if row.expire_date > clock.now():
                return row
        self._session_key = None
        return None
