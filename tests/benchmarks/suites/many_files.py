"""Many files: one test each, of Actions without packages."""

from __future__ import annotations

from tests.benchmarks.rows import Group, Row, sample
from tests.benchmarks.suites.mocks import JEST_CLOCK, REGISTRATION_MOCKS, START_MS
from tests.benchmarks.suites.model import Bench, Suite, timed
from tests.benchmarks.suites.small import ACTION, OURS_TEST

JEST_TEST = f"""\
const {{ onExecutePostUserRegistration }} = require('./action.js');
const {{ makeApi, makeEvent }} = require('./mocks.js');

test('case %(case)d', async () => {{
  const api = makeApi();
  await onExecutePostUserRegistration(makeEvent(), api);
  jest.advanceTimersByTime(60001);
  await onExecutePostUserRegistration(makeEvent(), api);
  expect(api.calls.map(([name]) => name)).toEqual(['get', 'set', 'get', 'set']);
  expect(api.cache.get('token').expires_at).toBe({START_MS} + 120001);
}});
"""


def _groups(bench: Bench) -> list[Group]:
    files = bench.sizes.many_files
    ours = {f"test_{case}.py": OURS_TEST % {"case": case} for case in range(files)}
    theirs = {
        f"case-{case}.test.js": JEST_CLOCK + JEST_TEST % {"case": case} for case in range(files)
    }
    our_folder = bench.write("files-ours", {"action.js": ACTION, **ours})
    their_files = {"action.js": ACTION, "mocks.js": REGISTRATION_MOCKS, **theirs}
    jest_folder = bench.write("files-jest", their_files)
    return [
        Group(
            [
                Row(
                    f"many files: {files} files of one test without packages",
                    "Jest, `--runInBand`",
                    0.75,
                    sample("ours"),
                    sample("jest"),
                )
            ],
            [
                timed("ours", bench.pytest(our_folder, files, plugins=("auth0_actions",))),
                timed("jest", bench.jest(jest_folder, files, "--runInBand")),
            ],
        )
    ]


MANY_FILES = Suite("files", ("Jest",), _groups)
