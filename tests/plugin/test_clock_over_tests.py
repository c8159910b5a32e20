"""The clock from one test to the next, with what a session does between them."""

from __future__ import annotations

import pytest

USER = """
import datetime
import time
from datetime import datetime as moment
from time import time as seconds

def years():
    return [
        datetime.datetime.now().year,
        moment.now().year,
        datetime.date.today().year,
        time.gmtime(time.time()).tm_year,
        time.gmtime(seconds()).tm_year,
    ]
"""
CONFTEST = """
import datetime
import importlib
import pickle
import sys

import pytest

REAL = (datetime.datetime, datetime.date)  # in a tuple, freezegun doesn't replace them

@pytest.fixture
def new_user(tmp_path_factory):
    "A module of the project that is imported when a test asks for it."
    return importlib.import_module

def real_year():
    return REAL[0].now().year

@pytest.fixture(autouse=True, scope="module")
def all_is_real_afterwards():
    yield
    for name in ("user_a", "user_b", "user_c", "user_d"):
        if name in sys.modules:
            assert set(sys.modules[name].years()) == {real_year()}
    assert b"freezegun" not in pickle.dumps([REAL[1](2025, 5, 5), REAL[0].now()])
    assert datetime.datetime is REAL[0]
"""
TESTS = """
import importlib
import pickle
import time

import pytest
from freezegun import freeze_time

from conftest import REAL, real_year

@freeze_time("2031-03-03")
def test_a_first_clock_inside_of_another_freeze(clock):
    import user_a
    assert set(user_a.years()) == {2031}

def test_b_between(new_user):
    import user_b
    assert set(user_b.years()) == {real_year()}

def test_c_the_next_clock_freezes_all_there_is(clock):
    import user_a, user_b
    assert set(user_a.years()) == set(user_b.years()) == {2025}
    clock.tick(days=365)
    assert set(user_a.years()) == set(user_b.years()) == {2026}

def test_d_imports_under_the_clock(clock):
    import user_c
    clock.tick(days=800)
    assert pickle.loads(pickle.dumps(user_c.moment.now())).year == 2027

def test_e_without_the_clock():
    import user_a, user_b, user_c
    for module in (user_a, user_b, user_c):
        assert set(module.years()) == {real_year()}
    assert b"freezegun" not in pickle.dumps([REAL[1](2025, 5, 5), REAL[0].now()])

def test_f_puts_its_own_in_place(clock):
    import user_a
    user_a.seconds = lambda: 0.0
    import user_d
    assert set(user_d.years()) == {2025}

def test_g_finds_it(request):
    import user_a
    assert user_a.seconds() == 0.0
    request.getfixturevalue("clock")
    assert user_a.years() == [2025, 2025, 2025, 2025, 1970]

def test_h_puts_it_back():
    import user_a
    assert user_a.seconds() == 0.0
    user_a.seconds = time.time

@pytest.mark.auth0(now="2040-01-01T00:00:00Z")
def test_i_all_of_them(clock):
    import user_a, user_b, user_c, user_d
    for module in (user_a, user_b, user_c):
        assert set(module.years()) == {2040}
"""


@pytest.mark.parametrize("order", ["as they stand", "twice"])
def test_a_session_of_tests_with_and_without_the_clock(
    project: pytest.Pytester, order: str
) -> None:
    files = {f"user_{letter}": USER for letter in "abcd"}
    project.makepyfile(**files, conftest=CONFTEST, test_one=TESTS)
    if order == "twice":
        project.makepyfile(test_two=TESTS)
    project.syspathinsert()
    result = project.runpytest_subprocess()
    result.assert_outcomes(passed=9 * (1 + (order == "twice")))


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_time_without_a_zone_is_in_utc_wherever_the_machine_is(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    project.makepyfile(
        """
        import datetime
        import time

        import pytest

        def test_default(clock):
            assert time.timezone != 0
            assert clock.now_ms == 1_735_689_600_000

        @pytest.mark.auth0(now="2025-07-01T12:00:00")
        def test_text(clock, make_event):
            assert clock.now_ms == 1_751_371_200_000
            assert make_event()["user"]["created_at"] == "2025-07-01T12:00:00.000Z"

        @pytest.mark.auth0(now=datetime.datetime(2025, 7, 1, 12))
        def test_naive(clock, load_action):
            assert clock.now_ms == 1_751_371_200_000
            clock.move_to(datetime.datetime(2025, 1, 1))
            action = load_action("actions/provision/code.js", secrets={"API_KEY": "k"})
            assert action.run().started_at_ms == 1_735_689_600_000
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=3)
