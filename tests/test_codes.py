"""Each error and warning has a code, and each code has its entry on the page "Find your error"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_auth0_actions.errors import Auth0ActionsError, Auth0ActionsWarning

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pytest_auth0_actions"
PAGE = ROOT / "docs" / "errors.md"

CODE = re.compile(r"\[(A[1-9]\d\d)\] (?=\S|$)")
ENTRY = re.compile(
    r"^### (A[1-9]\d\d)\n\n(`{1,2}) ?(.+?) ?\2\n\n(?=\S)(?s:.+?)^\*\*What to do:\*\* \S", re.M
)
ANY = "\0"  # stands for what differs from case to case

# Between parts of ours, and caught there: nobody reads their texts.
INTERNAL = {"NodeGoneError", "NodeSilentError"}
# Raised as Python itself would.
AS_PYTHON = {
    ("__init__.py", "AttributeError"),  # a name that the package does not have
    ("values.py", "KeyError"),  # a claim that is not there: its name, and why
    ("node/protocol.py", "TypeError"),  # what json.dumps() takes, and we word
    ("project/tenant/terraform_functions.py", "ValueError"),
    ("auth0/triggers/__init__.py", "KeyError"),
}
# Codes of messages that are gone; they are not used again.
RETIRED: frozenset[str] = frozenset()
BUILT_IN = {"ValueError", "AttributeError", "KeyError", "TypeError", "RuntimeError", "SystemExit"}


def names_below(kind: type) -> set[str]:
    """Return the names of a class and all that derive from it."""
    return {kind.__name__}.union(*map(names_below, kind.__subclasses__()))


ERRORS = names_below(Auth0ActionsError) - INTERNAL
WARNINGS = names_below(Auth0ActionsWarning)


def text_of(node: ast.expr) -> str | None:
    """Return the text of a literal, with `ANY` for each placeholder; None if it is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\w+\}", ANY, node.value)  # of str.format()
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(each) or ANY for each in node.values)
    return ANY if isinstance(node, ast.FormattedValue) else None


class Module:
    """A module of the package, for what its messages say."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.given: dict[str, list[ast.expr]] = {}
        """What is assigned to a name, or returned by a function of that name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._give(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._give(node.target, node.value)
            elif isinstance(node, ast.FunctionDef):
                returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
                self.given.setdefault(node.name, []).extend(filter(None, returned))

    def _give(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.given.setdefault(target.id, []).append(value)

    def literals(self) -> Iterator[str]:
        """Yield the texts that begin with a code."""
        parts = {
            id(each)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.JoinedStr)
            for each in node.values
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.expr) and id(node) not in parts:
                text = text_of(node)
                if text is not None and CODE.match(text):
                    yield text

    def messages(self) -> Iterator[tuple[int, ast.expr]]:
        """Yield the line and the first text of each error and warning that is made."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                made = self._text_of_call(node)
            elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
                category, made = node.elts
                if not (isinstance(category, ast.Name) and category.id in WARNINGS):
                    continue
            else:
                continue
            if made is not None:
                yield node.lineno, made

    def _text_of_call(self, call: ast.Call) -> ast.expr | None:
        owner, _, name = ast.unparse(call.func).rpartition(".")
        if name in {"warn", "error"} and owner.endswith(("context", "reading", "self")):
            return call.args[1] if len(call.args) > 1 else None
        if name == "Finding" and self.name != "project/tenant/findings.py":
            return call.args[1]
        if (owner, name) in {("sys", "exit"), ("parser", "error")}:
            return call.args[0] if call.args and text_of(call.args[0]) is not None else None
        is_ours = name in ERRORS or (name in BUILT_IN and (self.name, name) not in AS_PYTHON)
        return call.args[0] if is_ours and call.args else None

    def uncoded(self, node: ast.expr, seen: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield what of a message's possible texts does not begin with a code."""
        shown = ast.unparse(node)
        if shown in seen:
            return
        seen = (*seen, shown)
        text = text_of(node)
        if isinstance(node, ast.BinOp):
            yield from self.uncoded(node.left, seen)
        elif isinstance(node, ast.IfExp):
            yield from self.uncoded(node.body, seen)
            yield from self.uncoded(node.orelse, seen)
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.FormattedValue):
            yield from self.uncoded(node.values[0].value, seen)
        elif text is not None:
            if not CODE.match(text):
                yield shown
        else:
            yield from self._uncoded_of_name(node, shown, seen)

    def _uncoded_of_name(self, node: ast.expr, shown: str, seen: tuple[str, ...]) -> Iterator[str]:
        if shown in {"str(error)", "each.what"}:  # an error of ours; a finding's text
            return
        if (self.name, shown) == ("first_test/command.py", "what"):  # the text of a run's error
            return
        if isinstance(node, ast.Call):
            node = node.func  # a function of the module, or `_TEXTS[kind].format(...)`
        if isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        if isinstance(node, ast.Subscript):
            node = node.value
        values = self.given.get(node.id, []) if isinstance(node, ast.Name) else []
        if not values:
            yield shown
        for value in values:
            for each in value.values if isinstance(value, ast.Dict) else [value]:
                yield from self.uncoded(each, seen)


MODULES = [
    Module(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
]


def entries() -> list[tuple[str, str]]:
    """Return the codes of the page and their first lines, in its order."""
    return [(code, line) for code, _, line in ENTRY.findall(PAGE.read_text(encoding="utf-8"))]


def fits(message: str, line: str) -> bool:
    """Return whether a page's *line* is how a message begins: up to a colon or a full stop."""
    first = message.split("\n")[0]
    ends = [found.start() for found in re.finditer(rf"[.:!](?=[ {ANY}]|$)|$", first)]
    patterns = (".*".join(map(re.escape, first[:end].split(ANY))) for end in ends)
    return any(re.fullmatch(pattern, line.rstrip(".:!")) for pattern in patterns)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_each_message_begins_with_a_code(module: Module) -> None:
    """An error, a warning or a finding without a code is not to be found in the docs."""
    assert [
        f"{module.name}:{line}: {text}"
        for line, message in module.messages()
        for text in module.uncoded(message)
    ] == []


def test_all_kinds_of_messages_are_looked_at() -> None:
    """The test above would hold for a package of which it sees no message."""
    of = {module.name: len(list(module.messages())) for module in MODULES}
    assert of["plugin/settings.py"] >= 8
    assert of["plugin/options.py"] >= 1
    assert of["node/notices.py"] >= 6
    assert of["auth0/namespaces/access.py"] >= 4
    assert of["project/tenant/checks.py"] >= 16


@pytest.mark.parametrize(
    ("source", "uncoded"),
    [
        ("raise UsageError('[A101] No.', 'Given: 1.', 'Do.')", []),
        ("raise UsageError('No.', 'Given: 1.', 'Do.')", ["'No.'"]),
        ("raise UsageError(f'{a} no.', 'Given: 1.', 'Do.')", ["a"]),
        ("raise ValueError('A101 No.')", ["'A101 No.'"]),
        ("context.warn(RedirectWarning, '[A1] No.')", ["'[A1] No.'"]),
        ("text = '[A101] No.' if a else 'No.'\nadvice = (RedirectWarning, text)", ["'No.'"]),
        ("def f(): return 'No.'\nadvice = (RedirectWarning, f())", ["'No.'"]),
        ("T = {'a': '[A101] {x}', 'b': 'No.'}\nadvice = RedirectWarning, T[k].format()", ["'No.'"]),
        ("raise UsageError(made_elsewhere(), 'Given: 1.', 'Do.')", ["made_elsewhere()"]),
        ("reading.error(place, 'No.', 'Do.')", ["'No.'"]),
        ("Finding(place, 'No.', 'Do.', False)", ["'No.'"]),
        ("sys.exit('No.')", ["'No.'"]),
    ],
)
def test_a_message_without_a_code_is_found(source: str, uncoded: list[str]) -> None:
    """Wherever its text is written down: at the call, in a variable, a table or a function."""
    module = Module("made_up.py", source)
    assert [text for _, each in module.messages() for text in module.uncoded(each)] == uncoded


def test_each_code_has_one_entry_and_each_entry_a_code() -> None:
    """The page has the codes of the package, sorted, each once."""
    codes = {text[1:5] for module in MODULES for text in module.literals()}
    assert not codes & RETIRED
    assert [code for code, _ in entries()] == sorted(codes)
    assert re.findall(r"^### (A\S+)", PAGE.read_text(encoding="utf-8"), re.M) == sorted(codes)


def test_the_first_line_of_an_entry_is_the_messages() -> None:
    """Words in capitals stand for what differs; all texts of a code begin alike."""
    lines = dict(entries())
    texts = [text for module in MODULES for text in module.literals()]
    assert [text for text in texts if not fits(text[7:], lines[text[1:5]])] == []


@pytest.mark.parametrize(
    ("message", "line", "is_fit"),
    [
        ("No Node.js found.", "No Node.js found.", True),
        (f"{ANY} is not UTF-8: byte {ANY}.", "FILE is not UTF-8: byte BYTE.", True),
        (f"{ANY} is not UTF-8: byte {ANY}.", "FILE is not UTF-8:", True),
        (f"{ANY} is not UTF-8: byte {ANY}.", "FILE is not", False),
        (f"{ANY} is not UTF-8.\nGiven: 1.", "FILE is not UTF-8.\nGiven: 1.", False),
        ("No Node.js found. Install it.", "No Node.js found.", True),
        ("No Node.js found.", "No Node.js was found.", False),
    ],
)
def test_lines_are_compared_by_their_fixed_words(message: str, line: str, is_fit: bool) -> None:
    """A line ends where a sentence or a clause of its message does."""
    assert fits(message, line) is is_fit
