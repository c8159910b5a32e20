"""The types of the public names, for mypy; pytest has nothing to run here but the import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_auth0_actions import (
    Action,
    ApiCall,
    CacheDeleteSuccess,
    CacheError,
    CacheRecord,
    CacheSetSuccess,
    CacheStore,
    Clock,
    CredentialsExchangeOutcome,
    Event,
    Execution,
    Flow,
    LoadAction,
    MakeEvent,
    MakeFlow,
    PostLoginEvent,
    PostLoginOutcome,
    PostUserRegistrationAPI,
    Transaction,
    TransactionError,
)

if TYPE_CHECKING:
    from datetime import datetime

    from typing_extensions import assert_type

    def check(
        api: PostUserRegistrationAPI,
        clock: Clock,
        cache_store: CacheStore,
        make_event: MakeEvent,
        load_action: LoadAction,
        flow: MakeFlow,
    ) -> None:
        assert_type(api.cache.get("k"), CacheRecord | None)
        assert_type(api.cache.set("k", "v", ttl=5), CacheSetSuccess | CacheError)
        assert_type(api.cache.delete("k"), CacheDeleteSuccess | CacheError)
        assert_type(clock.now_ms, int)
        assert_type(clock.now, datetime)
        assert_type(make_event(user={}), Event)
        action = load_action("code.js", secrets={"A": "b"}, modules={"m": ("m.js", {"A": "b"})})
        assert_type(action, Action[Any])
        execution = action.run(make_event())
        assert_type(execution, Execution[Any])
        assert_type(execution.outcome, Any)
        assert_type(execution.event, Any)
        assert_type(action.make_event(user={}), Any)
        login = load_action("code.js", trigger="post-login")
        assert_type(login, Action[PostLoginOutcome, PostLoginEvent])
        assert_type(
            login.run(user={"email_verified": False}).outcome.id_token.claims, dict[str, Any]
        )
        assert_type(login.resume().outcome, PostLoginOutcome)
        logins = flow(login, login, time_limit_s=5, enabled_factors=["otp"])
        assert_type(logins, Flow[PostLoginOutcome])
        transaction = logins.run(user={"email_verified": False})
        assert_type(transaction, Transaction[PostLoginOutcome])
        assert_type(transaction.resume(query={}), Transaction[PostLoginOutcome])
        assert_type(transaction.submit(fields={}).outcome, PostLoginOutcome)
        assert_type(transaction.pass_challenge(), Transaction[PostLoginOutcome])
        assert_type(transaction.error, TransactionError | None)
        exchange = load_action("code.js", trigger="credentials-exchange")
        assert_type(exchange.run().outcome, CredentialsExchangeOutcome)
        named: str = "post-login"
        assert_type(load_action("code.js", trigger=named), Action[Any])
        assert_type(make_event(named), Event)
        transaction = flow(login, login, enabled_factors=["otp"]).run(user={"name": "Ada"})
        assert_type(transaction, Transaction[PostLoginOutcome])
        assert_type(transaction.resume({"plan": "gold"}).outcome, PostLoginOutcome)
        assert_type(transaction.status == "completed", bool)
        assert_type(transaction.error, TransactionError | None)
        assert_type(flow(exchange).then(login).run().outcome, Any)
        plain: Action = login
        assert_type(plain.run().outcome, Any)
        of_outcome: Action[PostLoginOutcome] = login
        assert_type(of_outcome.run().event, Any)
        assert_type(execution.calls, tuple[ApiCall, ...])
        assert_type(execution.logs, str)
        assert_type(cache_store.records["k"].expires_at, int)
        result = api.cache.set("k", "v")
        if result.type == "success":
            assert_type(result.record, CacheRecord)


def test_the_fixtures_types_can_be_imported() -> None:
    assert {LoadAction.__name__, MakeEvent.__name__} == {"LoadAction", "MakeEvent"}
