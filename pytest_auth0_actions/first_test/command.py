"""The command `python -m pytest_auth0_actions new`."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pytest_auth0_actions.auth0.triggers import HANDLERS, Trigger
from pytest_auth0_actions.errors import (
    ActionLoadError,
    Auth0ActionsError,
    UsageError,
    hides_our_frames,
)
from pytest_auth0_actions.first_test.cases import cases_of, pairs_of
from pytest_auth0_actions.first_test.output import (
    as_typed,
    is_there,
    output_of,
    refuse_to_overwrite,
)
from pytest_auth0_actions.first_test.probe import (
    OfTenant,
    Seen,
    probe,
    project_of,
    settings_of,
)
from pytest_auth0_actions.first_test.template import (
    filled_by_terraform,
    is_template,
    note_of_template,
)
from pytest_auth0_actions.first_test.text import Loaded, first_test, that_show_more, worth_a_test
from pytest_auth0_actions.project.action_file import (
    ActionFile,
    advice_on_path,
    read_action,
    read_file,
)
from pytest_auth0_actions.project.handlers import exported_handlers, trigger_of_action
from pytest_auth0_actions.project.tenant.code_facts import code_facts
from pytest_auth0_actions.project.usage import ActionUse, ApiUse, action_use

__tracebackhide__ = hides_our_frames

_USAGE: Final = 2
_ROUNDS: Final = 3  # a secret may be read only once there is another
_FOLDER_NAMES: Final = frozenset({"code", "index"})
_NO_CODE: Final = frozenset({".json", ".py", ".tf", ".yaml", ".yml"})
_EXAMPLE: Final = "actions/NAME/code.js"
_MODULE_PLACES: Final = (
    "{}/code.js",
    "{}.js",
    "action-modules/{}/code.js",
    "action-modules/{}.js",
    "modules/{}/code.js",
    "modules/{}.js",
)
_TAKEN_FOR: Final = {"number": "10", "json": "{}"}
_URL: Final = "https://service.example.com/{}"
_PLACEHOLDERS: Final = (
    ("DOMAIN", "tenant.example.com"),
    ("HOST", "service.example.com"),
    ("URL", _URL),
    ("URI", _URL),
    ("ENDPOINT", _URL),
    ("NAMESPACE", "https://claims.example.com"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit code: 2 if it could not do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m pytest_auth0_actions")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser(
        "new",
        help="write a first test for an Action",
        description="Write a first test for an Action, which asserts what the Action does now. "
        "The command runs the Action, and answers its requests itself: nothing reaches the "
        "network. It never overwrites a file.",
    )
    new.add_argument(
        "action",
        metavar="ACTION",
        help="the Action's file, such as actions/plan/code.js; or its name in the tenant",
    )
    new.add_argument(
        "--output", metavar="FILE", help="the file to write (default: tests/test_NAME.py)"
    )
    new.add_argument(
        "--trigger",
        metavar="NAME",
        help="the trigger, if the file has handlers of several triggers",
    )
    new.add_argument(
        "--module",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help="the file of the module actions:NAME; may be given several times",
    )
    given = parser.parse_args(arguments)
    try:
        sys.stdout.write(f"{_new(given)}\n")
    except Auth0ActionsError as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE
    return 0


def _new(given: argparse.Namespace) -> str:
    """Write a test, and return what there is to say of it."""
    here = Path.cwd()
    project = project_of(here)
    settings = settings_of(project)
    file, of_tenant = _read(given.action, here, settings.actions)
    trigger = _trigger(file, given.trigger or (of_tenant.trigger if of_tenant else None))
    if given.output is not None:
        refuse_to_overwrite(here / given.output, file, _name(file))
    use = action_use(file.source)
    modules = {} if of_tenant else _modules(file, use, given.module, here)
    full = _loaded(file, of_tenant, given.trigger or "", use, modules)
    handlers = exported_handlers(file.source, Path(file.path), trigger.handlers)
    cases = cases_of(trigger, use, handlers)
    seen = probe(project, full.fixture, full.call(), cases)
    rounds = 1
    while (missing := _missing(seen)) and rounds < _ROUNDS and of_tenant is None:
        more = {name: _placeholder(name) for name in sorted(missing)}
        full = replace(full, secrets={**full.secrets, **more})
        seen = probe(project, full.fixture, full.call(), cases)
        rounds += 1
    filled = None if of_tenant else filled_by_terraform(file.source)
    if seen[0].error is not None and filled is not None:
        raise is_template(file, filled)
    if seen[0].is_fatal and seen[0].error is not None:
        raise _as_error(seen[0].error[1], file)
    output = output_of(given.output, project, settings.testpaths, _name(file))
    kept = worth_a_test(seen, file.source)
    pairs = pairs_of(cases)
    if pairs and ("&&" in file.source or _unreached(use, kept)):
        of_pairs = probe(project, full.fixture, full.call(), pairs)
        kept += that_show_more(of_pairs, kept, file.source)
    continues = bool(set(handlers) & set(trigger.handlers[1:]))
    text = first_test(
        _name(file),
        trigger.id,
        _relative_to(full, project.rootdir / (settings.actions_root or ".")),
        kept,
        _unreached(use, kept),
        continues=continues and not any(each.case.method == "resume" for each in kept),
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        with output.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise is_there(output, file) from None
    report = _report(output, kept)
    return report if filled is None else f"{report}\n{note_of_template(file, filled)}"


def _unreached(use: ActionUse, kept: Sequence[Seen]) -> list[ApiUse]:
    return [each for each in use.calls if not any(each.path in one.calls for one in kept)]


def _loaded(
    file: ActionFile,
    of_tenant: OfTenant | None,
    trigger: str,
    use: ActionUse,
    modules: Mapping[str, Path],
) -> Loaded:
    """Return how a test loads an Action, with full paths."""
    if of_tenant is not None:
        of_modules = {name: _placeholders(each) for name, each in of_tenant.module_secrets.items()}
        secrets = _placeholders(of_tenant.secrets, use)
        return Loaded(of_tenant.name, secrets, {}, module_secrets=of_modules)
    files = {name: (str(path), _module_secrets(path)) for name, path in modules.items()}
    return Loaded(file.path, _placeholders(use.secrets, use), files, trigger)


def _relative_to(loaded: Loaded, start: Path) -> Loaded:
    """Return how a test loads an Action, with paths from where those of tests start."""
    if loaded.module_secrets is not None:
        return loaded
    files = {
        name: (_relative(Path(path), start), each) for name, (path, each) in loaded.modules.items()
    }
    return replace(loaded, path=_relative(Path(loaded.path), start), modules=files)


def _read(
    given: str, here: Path, of_tenant: Sequence[OfTenant]
) -> tuple[ActionFile, OfTenant | None]:
    """Return the Action's file, and what the tenant says of it, if it does.

    Args:
        given: a path, or the name of an Action of the tenant.
        here: where a path starts.
        of_tenant: the Actions of the tenant.

    Raises:
        ActionLoadError: it is none.
    """
    full = here / given
    names = {each.name: each for each in of_tenant}
    found = names.get(given)
    if found is None:
        if not full.exists():
            raise _not_there(given, here, [*names])
        if full.is_dir() or full.suffix in _NO_CODE:
            raise ActionLoadError(
                f"[A903] The Action is a JavaScript file, and this is {_kind(full)}.",
                f"Given: {given!r}.",
                f"Name the code of one Action, such as {_example_in(full, here)!r}.",
            )
        paths = {each.path: each for each in of_tenant}
        found = paths.get(str(full.resolve()))
    if found is None:
        return read_action(given, here, None), None
    shown = os.path.relpath(found.path, here)
    return ActionFile(found.path, shown, found.source, {}, name=found.name), found


def _example_in(folder: Path, here: Path) -> str:
    """Return a file in a folder that may be the code of an Action."""
    for pattern in ("code.js", "*.[jt]s"):
        for path in sorted(folder.rglob(pattern)):
            if path.is_relative_to(here) and "node_modules" not in path.parts:
                return str(path.relative_to(here))
    return _EXAMPLE


def _not_there(given: str, here: Path, names: Sequence[str]) -> ActionLoadError:
    near = difflib.get_close_matches(given, names, n=1)
    if near:
        advice = f"Did you mean {near[0]!r}, an Action of the tenant?"
    else:
        by_name = "; for an Action's name, set ini auth0_tenant to the tenant's folder"
        if names:
            by_name = f", or name an Action of the tenant: {', '.join(map(repr, names))}"
        advice = f"{advice_on_path(given, here)}{by_name}."
    return ActionLoadError(
        "[A904] There is no such file.", f"Given: {given!r}, looked for at {here / given}.", advice
    )


def _kind(path: Path) -> str:
    return "a folder" if path.is_dir() else f"a {path.suffix} file"


def _trigger(file: ActionFile, named: str | None) -> Trigger:
    handlers = exported_handlers(file.source, Path(file.path), HANDLERS)
    triggers = dict.fromkeys(HANDLERS[each] for each in handlers)
    if named is None and len(triggers) > 1:
        raise ActionLoadError(
            "[A905] The Action exports handlers of several triggers.",
            f"Given: {file.shown}, which exports {', '.join(handlers)}.",
            f"Say which is meant: --trigger={next(iter(triggers))}",
        )
    trigger = trigger_of_action(file, named)
    if trigger is None:
        raise ActionLoadError(
            "[A906] The file exports no handler that Auth0 would call.",
            f"Given: {file.shown}.",
            "Name the file of an Action, which has a line such as "
            "`exports.onExecutePostLogin = async (event, api) => { ... };`.",
        )
    return trigger


def _missing(seen: Sequence[Seen]) -> set[str]:
    return {name for each in seen for name in each.missing}


def _placeholder(name: str, taken_for: str = "") -> str:
    if taken_for:
        return _TAKEN_FOR.get(taken_for) or _URL.format(name.lower())
    for part, value in _PLACEHOLDERS:
        if part in name.upper():
            return value.format(name.lower())
    return f"{name}-placeholder"


def _placeholders(names: Iterable[str], use: ActionUse | None = None) -> dict[str, str]:
    taken_for = {} if use is None else use.secrets
    return {name: _placeholder(name, taken_for.get(name, "")) for name in names}


def _modules(
    file: ActionFile, use: ActionUse, given: Sequence[str], here: Path
) -> Mapping[str, Path]:
    """Return the file behind each Actions Module: the given one, or one in a usual place."""
    named: dict[str, Path] = {}
    for each in given:
        name, equals, path = each.partition("=")
        if not equals or not name or not path:
            raise UsageError(
                "[A908] A module is given as its name and its file.",
                f"Given: --module {each}.",
                "Write --module NAME=FILE, such as --module crm=modules/crm/code.js.",
            )
        named[name] = Path(read_file(f"The module {name!r}", path, here, {}).path)
    for name in use.modules:
        if name not in named:
            named[name] = _find_module(name, file)
    return named


def _find_module(name: str, file: ActionFile) -> Path:
    for folder in Path(file.path).parents:
        for place in _MODULE_PLACES:
            path = folder / place.format(name)
            if path.is_file() and path != Path(file.path):
                return path
    raise ActionLoadError(
        f"[A901] The Action requires the module actions:{name}, and no file for it was found.",
        f"Given: {file.shown}; looked for modules/{name}/code.js and the like, from there upwards.",
        f"Name the file: --module {name}=path/to/file.js",
    )


def _module_secrets(path: Path) -> Mapping[str, str]:
    source = path.read_text(encoding="utf-8", errors="replace")
    return _placeholders(each.name for each in code_facts(source, "actions").secrets)


def _name(file: ActionFile) -> str:
    path = Path(file.path)
    if file.name:
        return file.name
    return path.parent.name if path.stem in _FOLDER_NAMES and path.parent.name else path.stem


def _as_error(text: str, file: ActionFile) -> Auth0ActionsError:
    """Return the error that a run ended with, as one that says which file was meant."""
    what, _, rest = text.partition("\n")
    given, _, advice = rest.rpartition("\n")
    return ActionLoadError(what, given or f"Given: {file.shown}.", advice)


def _relative(path: Path, start: Path) -> str:
    return Path(os.path.relpath(path, start.resolve())).as_posix()


def _report(output: Path, kept: Sequence[Seen]) -> str:
    shown = as_typed(output)
    number = f"{len(kept)} test{'s' if len(kept) > 1 else ''}"
    lines = [f"Wrote {shown}, with {number} of what the Action does now."]
    if kept[0].error is not None:
        reason = kept[0].error[1].splitlines()[0]
        lines.append(f"Its first test fails, as the Action does: {reason}")
    lines.append(f"Read it, and run it: pytest {shown}")
    return "\n".join(lines)
