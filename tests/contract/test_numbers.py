"""Numbers in Auth0's TypeErrors: as Node.js writes them."""

from __future__ import annotations

import pytest

from pytest_auth0_actions import LoadAction, PostUserRegistrationAPI
from tests.conftest import WriteAction

# Doubles of any size from random bits, some with few digits, and those where the form changes.
COMPARE = """
const bytes = require('crypto').randomBytes(8 * 400);
const numbers = [0, -0, 1.23456789, 1e21, 1e-7, 2 ** 53, 999999999999999900000, 0.000001, 5e-324,
  1.7976931348623157e308, 123456789012345680000, NaN, -Infinity];
for (let at = 0; at < bytes.length; at += 8) {
  const number = bytes.readDoubleLE(at);
  numbers.push(number, Math.trunc(number), Number(number.toPrecision(3)), (at * number) % 1e9);
}
const messageOf = (act) => {
  try { act(); } catch ({ message, code }) { return `${code} ${message}`; }
};
const different = numbers.map((number) => [
  messageOf(() => api.cache.set('k', number)), messageOf(() => Buffer.byteLength(number)),
]).filter(([ours, real]) => ours !== real);
event.result = { different, compared: numbers.length };
"""


def test_numbers_are_named_as_node_js_names_them(
    load_action: LoadAction, write_handler: WriteAction
) -> None:
    result = load_action(write_handler(COMPARE)).run({}).event["result"]
    assert result == {"different": [], "compared": 1_613}


@pytest.mark.parametrize(
    ("number", "shown"), [(1.23456789, "1.23456789"), (1e21, "1e+21"), (1e-7, "1e-7"), (-0.0, "-0")]
)
def test_python_names_them_likewise(
    api: PostUserRegistrationAPI, number: float, shown: str
) -> None:
    with pytest.raises(TypeError) as caught:
        api.cache.set("k", number)  # type: ignore[arg-type]
    assert str(caught.value).endswith(f"Received type number ({shown})")
