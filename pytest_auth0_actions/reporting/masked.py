"""Takes secrets out of pytest's reports, and out of values before pytest shows them in part.

Nothing here imports pytest.
"""

from __future__ import annotations

import copy
import dataclasses
import operator
from collections.abc import Callable
from typing import Any, Final

_MaskText = Callable[[str], str]

# By these other hooks find the report; and the journal is JSON, and masked already.
_KEPT: Final = frozenset(
    {"_id", "auth0_journal", "keywords", "location", "node", "nodeid", "outcome", "when"}
)


def mask_report(report: Any, mask: _MaskText) -> None:
    """Hide secrets in a pytest report: its failure, sections, properties, and what plugins added.

    The test's own id stays, for pytest and its plugins find the test by it.

    Args:
        report: of one phase of a test, or of a subtest.
        mask: hides secrets in a text.
    """
    if not isinstance(report.longrepr, str | tuple) and not _is_pytests(report.longrepr):
        report.longrepr = _masked_by_text(report.longrepr, mask)
    report.user_properties = [
        (name, _masked_by_text(value, mask)) for name, value in report.user_properties
    ]
    context = getattr(report, "context", None)  # of a subtest
    for name in ("msg", "kwargs"):
        if hasattr(context, name):
            masked = _masked(getattr(context, name), mask, [])
            object.__setattr__(context, name, masked)  # for it is frozen
    _mask_attributes(report, mask, [], but=_KEPT)


def _masked_by_text(value: Any, mask: _MaskText) -> Any:
    """Return *value*, or if a secret is in what is printed of it, that without the secret."""
    shown = str(value)
    masked = mask(shown)
    return value if masked == shown else masked


def _is_pytests(part: object) -> bool:
    return hasattr(part, "toterminal")


def _mask_attributes(
    part: Any, mask: _MaskText, inside: list[Any], but: frozenset[str] = frozenset()
) -> None:
    for name, value in list(vars(part).items()):
        if name not in but:
            masked = _masked(value, mask, [*inside, part])
            if masked is not value:
                setattr(part, name, masked)


def _masked(value: Any, mask: _MaskText, inside: list[Any]) -> Any:
    """Return *value*, or another if a secret is in it; pytest's own objects are changed."""
    if isinstance(value, str):
        masked = mask(value)
        return value if masked == value else masked
    if any(value is outer for outer in inside):
        return value
    within = [*inside, value]
    if isinstance(value, list | tuple):
        made = _with_joined_lines([_masked(each, mask, within) for each in value], mask)
        same = len(made) == len(value) and all(map(operator.is_, made, value))
        return value if same else type(value)(made)
    if isinstance(value, dict):
        items = {key: _masked(each, mask, within) for key, each in value.items()}
        return value if all(items[key] is value[key] for key in value) else items
    if _is_pytests(value):
        _mask_attributes(value, mask, inside)
    return value


def _with_joined_lines(made: list[Any], mask: _MaskText) -> list[Any]:
    """Return a list without the secrets that go on from line to line of it."""
    if not made or not all(isinstance(each, str) for each in made):
        return made
    lines = "\n".join(made)
    masked = mask(lines)
    return made if masked == lines else masked.split("\n")


def hidden(value: Any, mask: _MaskText, inside: tuple[object, ...] = ()) -> Any:
    """Return *value* without secrets: itself, or a copy that looks like it, if it has any.

    pytest shows long values in part, and of a part nobody can tell what it is from.

    Args:
        value: an operand of a comparison.
        mask: hides secrets in a text.
        inside: what *value* lies in.

    >>> hidden(["s3cr3t", {"key": b"s3cr3t"}, 5], lambda text: text.replace("s3cr3t", "***"))
    ['***', {'key': b'***'}, 5]
    """
    if isinstance(value, str):
        masked = mask(value)
        return value if masked == value else masked
    if isinstance(value, bytes | bytearray):
        text = value.decode("utf-8", "surrogateescape")
        masked = mask(text)
        return value if masked == text else type(value)(masked.encode("utf-8", "surrogateescape"))
    if any(value is outer for outer in inside):
        return value
    within = (*inside, value)
    if isinstance(value, dict):
        items = [(hidden(k, mask, within), hidden(v, mask, within)) for k, v in value.items()]
        pairs = zip(items, value.items(), strict=True)
        same = all(k is key and v is old for (k, v), (key, old) in pairs)
        return value if same else dict(items)
    if isinstance(value, list | tuple | set | frozenset):
        old_items = list(value)
        made = [hidden(each, mask, within) for each in old_items]
        if all(one is other for one, other in zip(made, old_items, strict=True)):
            return value
        if isinstance(value, tuple):
            make: Any = getattr(type(value), "_make", tuple)  # of a named tuple
            return make(made)
        kinds = (list, frozenset, set)
        return next(kind for kind in kinds if isinstance(value, kind))(made)
    return _hidden_fields(value, mask, within)


def _hidden_fields(value: Any, mask: _MaskText, within: tuple[object, ...]) -> Any:
    """Return what pytest compares field by field: an instance of a dataclass, or of attrs."""
    if isinstance(value, type) or not dataclasses.is_dataclass(value):
        fields: Any = getattr(type(value), "__attrs_attrs__", ())
    else:
        fields = dataclasses.fields(value)
    made = value
    try:
        for field in fields:
            old = getattr(value, field.name, None)
            new = hidden(old, mask, within)
            if new is not old:
                made = copy.copy(value) if made is value else made
                object.__setattr__(made, field.name, new)
    except Exception:  # whatever a class of the test's raises: what is shown is masked once more
        return value
    return made
