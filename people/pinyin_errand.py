"""The errand itself: names come as JSON, their pinyin goes back as JSON."""

import json
import sys

from pypinyin import lazy_pinyin

if __name__ == "__main__":
    json.dump([" ".join(lazy_pinyin(name)).lower() for name in json.load(sys.stdin)], sys.stdout)
