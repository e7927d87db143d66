"""Values as TOML text.

Belongs here: quoting for a draft. Never here: what is written.
"""

from __future__ import annotations

import json
from typing import Any

GUESSED = "# guessed"


def quoted(value: Any) -> str:
    """A value in TOML; JSON's texts, numbers, lists and booleans are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(keys: dict[str, Any]) -> str:
    """An inline table."""
    return "{ " + ", ".join(f"{key} = {quoted(value)}" for key, value in keys.items()) + " }"
