"""The key by which a form that makes something is known: sent twice, it makes one."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field with a fresh key; `activity.middleware.DoneOnce` reads it."""
    return format_html('<input type="hidden" name="once" value="{}">', secrets.token_hex(12))
