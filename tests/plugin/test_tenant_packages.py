"""`tenant.action` and `tenant.flow` with npm packages replaced."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import add_to_ini
from tests.plugin.test_tenant import action
from tests.project.tenant.tenants import directory, write

CHARGE = """\
const { charge } = require('stripe');
const { fee } = require('actions:fees');

exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('paid', await charge(event.user.email) + fee);
};
"""
CALLS = (
    "tenant.action('Charge', packages={{'{}': {{}}}})",
    "tenant.flow('post-login', packages={{'Charge': {{'{}': {{}}}}}})",
)
STRIPE = [{"name": "stripe", "version": "17.0.0"}]


@pytest.fixture
def shop(project: pytest.Pytester) -> pytest.Pytester:
    """A project whose tenant has an Action and a module that declare packages."""
    add_to_ini(project, "auth0_tenant = tenant")
    files = directory(
        action("Charge", dependencies=STRIPE, modules=[{"module_name": "fees"}]), action("Greet")
    )
    files |= {
        "actions/Charge/code.js": CHARGE,
        "actions/Greet/code.js": "exports.onExecutePostLogin = async () => {};\n",
        "action-modules/fees.json": {
            "name": "fees",
            "code": "fees.js",
            "dependencies": [{"name": "taxes", "version": "2.0.0"}],
        },
        "fees.js": "exports.fee = require('taxes').rate;\n",
        "triggers/triggers.json": {
            "post-login": [{"action_name": "Greet"}, {"action_name": "Charge"}]
        },
    }
    write(project.path / "tenant", files)
    return project


@pytest.mark.parametrize(
    ("run", "calls"),
    [
        ("tenant.action('Charge', packages=PACKAGES).run(user=ADA)", "run.calls"),
        (
            "tenant.flow('post-login', packages={'Charge': PACKAGES}).run(user=ADA)",
            "run.executions[1].calls",
        ),
    ],
)
def test_packages_are_replaced_in_the_action_and_its_modules(
    shop: pytest.Pytester, run: str, calls: str
) -> None:
    """No package is installed, and nothing warns of one that is replaced."""
    (shop.path / "fakes").mkdir()
    (shop.path / "fakes/taxes.js").write_text("exports.rate = 2;\n", encoding="utf-8")
    shop.makepyfile(
        f"""
        ADA = {{"email": "ada@example.com"}}
        PACKAGES = {{"stripe": {{"charge": len}}, "taxes": "fakes/taxes.js"}}

        def test_it(tenant):
            run = {run}
            assert run.outcome.access_token.claims == {{"paid": 17}}
            assert {calls}[0].path == "stripe.charge"
        """
    )
    shop.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "tenant.action('Charge', packages={'strpe': {}})",
            "[A335] The Action never requires strpe.\nGiven: packages with 'strpe', for "
            "tenant/actions/Charge/code.js, which requires stripe, actions:fees, taxes.\n"
            "Did you mean 'stripe'?",
        ),
        (
            "tenant.flow('post-login', packages={'Greet': {'stripe': {}}})",
            "[A335] The Action never requires stripe.\nGiven: packages with 'stripe', for "
            "tenant/actions/Greet/code.js, which requires no package.\n"
            "Leave it out, or have the Action call require('stripe').",
        ),
        *(
            (
                call.format("actions:fees"),
                "[A330] An Actions Module is not an npm package.\n"
                "Given: packages with 'actions:fees'.\nLeave it out of packages: an Action of a "
                "tenant runs with the tenant's modules.",
            )
            for call in CALLS
        ),
        *(
            (
                call.format("fees"),
                "[A335] The Action never requires fees.\nGiven: packages with 'fees', for "
                "tenant/actions/Charge/code.js, which requires stripe, actions:fees, taxes.\n"
                "That is an Actions Module. Leave it out of packages: an Action of a tenant runs "
                "with the tenant's modules.",
            )
            for call in CALLS
        ),
        (
            "tenant.flow('post-login', packages={'stripe': {}})",
            "[A801] There is no such Action in the flow of post-login.\nGiven: 'stripe'.\n"
            "It has 'Greet', 'Charge'.",
        ),
        (
            "tenant.flow('post-login', packages=['stripe'])",
            "[A802] packages must be a mapping.\nGiven: an object of type list.\n"
            "Pass {'Action': {'package': ...}}.",
        ),
    ],
)
def test_what_can_not_be_replaced_is_an_error(
    shop: pytest.Pytester, call: str, message: str
) -> None:
    shop.makepyfile(
        f"""
        import pytest

        @pytest.mark.filterwarnings("ignore")
        def test_it(tenant):
            with pytest.raises(Exception) as caught:
                {call}
            assert str(caught.value) == {message!r}
        """
    )
    shop.runpytest().assert_outcomes(passed=1)
