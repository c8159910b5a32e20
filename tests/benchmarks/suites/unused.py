"""Unused: the tests of a project that does not use the plugin."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites.model import Bench, Suite, timed

FILES = 10


def _groups(bench: Bench) -> list[Group]:
    tests = bench.sizes.tests
    each = "".join(f"def test_{test}(tmp_path): pass\n" for test in range(tests // FILES))
    folder = bench.write("unused", {f"test_{file}.py": each for file in range(FILES)})
    says = rf"{tests} tests collected"
    arguments = ("--collect-only", "-pno:cacheprovider")
    measures = [
        timed(name, bench.pytest(folder, says, *arguments, plugins=plugins))
        for name, plugins in (("with", ("auth0_actions",)), ("without", ()))
    ]
    return [
        Group(
            [
                Row(
                    f"unused: `--collect-only` of {tests} tests that know nothing of Auth0",
                    "without the plugin",
                    1.05,
                    sample("with"),
                    sample("without"),
                )
            ],
            measures,
            share=2,
        )
    ]


UNUSED = Suite("unused", (), _groups)
