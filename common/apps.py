"""Pure helpers; at start, every app's plugs, words and reactions are put in place."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        autodiscover_modules("plugs", "words", "reactions")
