"""What no log tells: a private address, which is as good as a password."""

import logging
import re

ADDRESS = re.compile(r"(/calendar/)[^/\s?\"']+(\.ics)")


class HideAddresses(logging.Filter):
    """Lines that name the private address of a calendar show that there was one, not which."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if ".ics" in said:
            record.msg, record.args = ADDRESS.sub(r"\1…\2", said), None
        return True
