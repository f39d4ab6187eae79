"""Entry point of the web server."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.translation import gettext, override

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # here and not with the first request: before the workers are forked
for _language, _name in settings.LANGUAGES:
    with override(_language):
        gettext("Save")
