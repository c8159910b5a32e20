"""Tells TypeScript from JavaScript that can't be parsed.

Some versions of Node.js can strip types; that others give the same, this looks at the source alone.
"""

from __future__ import annotations

import re
from typing import Final

from pytest_auth0_actions.project.handlers import without_comments

_TYPE: Final = r"[A-Za-z_$][\w$.]*(?:<[^<>()]*(?:<[^<>]*>)?[^<>()]*>)?(?:\[\])*"
_TYPES: Final = rf"{_TYPE}(?:\s*[|&]\s*(?:{_TYPE}|'[^'\n]*'|\"[^\"\n]*\"))*"
_TEXT: Final = re.compile(
    r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`", re.DOTALL
)

# Each is a syntax error in JavaScript.
_SIGNS: Final = re.compile(
    "|".join(
        [
            r"^\s*(?:export\s+)?(?:declare\s+)?interface\s+\w+[^;={(]*\{",
            r"^\s*(?:export\s+)?(?:declare\s+)?type\s+\w+\s*(?:<[^>]*>)?\s*=",
            r"^\s*(?:export\s+)?(?:declare\s+|const\s+)*enum\s+\w+\s*\{",
            r"^\s*(?:export\s+)?declare\s+(?:const|let|var|function|class|module|namespace)\b",
            r"^\s*(?:export\s+)?abstract\s+class\b",
            r"^\s*(?:import|export)\s+type\b",
            r"^\s*import\s+\w+\s*=\s*require\b",
            r"^\s*(?:public|private|protected|readonly)\s+[\w$]+",
            rf"\b(?:const|let|var)\s+[\w$]+\s*!?:\s*(?:{_TYPES}|\{{|\[|\()",
            rf"\b(?:const|let|var)\s+[\[{{][^=;()]*[\]}}]\s*:\s*{_TYPES}\s*=",
            rf"\((?:[^(){{}}]*,)?\s*(?:\.\.\.)?[\w$]+\??\s*:\s*{_TYPES}(?:\s*[,=][^(){{}}]*)?\)"
            r"\s*(?::[^;={}]*)?(?:=>|\{)",
            rf"[(,]\s*\{{[^(){{}}]*\}}\s*:\s*{_TYPES}\s*[,)]",
            rf"\)\s*:\s*(?:asserts\s+)?{_TYPES}\s*(?:=>|\{{)",
            rf"[\w$\])}}]\s+(?:as|satisfies)\s+(?:const\b|{_TYPES}\s*[;,)\]}}.\n])",
            r"[\w$\])]!\s*(?:\.|\[|;|\))",
            r"\bfunction\s+\w+\s*<\w",
        ]
    ),
    re.MULTILINE,
)
# What is both: names of exports and imports, and labels of a switch and of ?:.
_ALSO_JAVASCRIPT: Final = re.compile(
    r"^\s*(?:import|export)\b[^;]*?\bfrom\b[^;\n]*|\bexport\s*\{[^}]*\}|\bcase\b[^:\n]*:"
    r"|\?[^:.;{}][^:;{}]*:",
    re.MULTILINE,
)
_TYPES_ONLY: Final = re.compile(r"^\s*(?:import|export)\s+type\b", re.MULTILINE)


def is_typescript(source: str) -> bool:
    """Return whether source that is no JavaScript seems to be TypeScript.

    >>> is_typescript("const limit: number = 64;"), is_typescript("const limit = ;")
    (True, False)
    """
    code = _TEXT.sub("''", without_comments(source))
    if _TYPES_ONLY.search(code):
        return True
    return _SIGNS.search(_ALSO_JAVASCRIPT.sub(";", code)) is not None
