"""Rows of the permission matrix about meetings, their agendas, minutes, certificates, and coordination."""

from typing import Any

MEETINGS: list[Any] = []
