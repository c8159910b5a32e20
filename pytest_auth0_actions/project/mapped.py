"""Finds the sources of a file that was compiled or bundled, by its source map."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

_COMMENT: Final = re.compile(r"^\s*//[#@]\s*sourceMappingURL=(\S+)\s*$", re.MULTILINE)
_INLINE: Final = re.compile(r"data:application/json[^,]*;base64,(.*)", re.DOTALL)


def sources_of(path: Path) -> list[str]:
    """Return the full paths of the sources of a file; none if it has no source map that is valid.

    Source: https://tc39.es/ecma426/
    """
    try:
        named = _COMMENT.findall(path.read_text(encoding="utf-8"))
        if not named:
            return []
        inline = _INLINE.fullmatch(named[-1])
        if inline is not None:
            folder, text = path.parent, base64.b64decode(inline[1]).decode()
        else:
            file = path.parent / unquote(named[-1])
            folder, text = file.parent, file.read_text(encoding="utf-8")
        found: Any = json.loads(text)
        root = found.get("sourceRoot") or ""
        names = [os.path.join(root, each) for each in found["sources"] if each is not None]
    except (OSError, ValueError, binascii.Error, KeyError, TypeError, AttributeError):
        return []
    return [os.path.realpath(folder / name) for name in names if "://" not in name]
