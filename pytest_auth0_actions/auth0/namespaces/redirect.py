"""`api.redirect`: sends the user's browser away and takes it back, with tokens for the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pytest_auth0_actions.auth0.context import ActionEvent, Context, State
from pytest_auth0_actions.auth0.explanation import Explanation, Shown
from pytest_auth0_actions.auth0.javascript import (
    fields_of,
    is_number,
    is_truthy,
    text_of,
)
from pytest_auth0_actions.auth0.jwt import InvalidTokenError, is_signed, sign, verify
from pytest_auth0_actions.auth0.method import method
from pytest_auth0_actions.auth0.namespace import ApiT, Namespace
from pytest_auth0_actions.auth0.namespaces.access import ask_user
from pytest_auth0_actions.auth0.outcome import Outcome
from pytest_auth0_actions.auth0.urls import InvalidUrlError, Url, parse_url
from pytest_auth0_actions.errors import (
    ApiThrow,
    ApiTypeThrow,
    RedirectWarning,
    SecondRedirectWarning,
    hides_our_frames,
)
from pytest_auth0_actions.values import UNDEFINED, ApiCall

__tracebackhide__ = hides_our_frames

DEFAULT_TOKEN_S: Final = 900
DEFAULT_PARAMETER: Final = "session_token"
NO_REDIRECT_PROTOCOLS: Final = (
    "oauth2-resource-owner",
    "oauth2-refresh-token",
    "oauth2-password",
    "oauth2-webauthn",
)


@dataclass(frozen=True, slots=True, repr=False)
class Redirect(Outcome):
    """Where the user's browser is sent.

    Attributes:
        url: the whole URL.
        query: all its parameters.
    """

    url: str
    query: dict[str, str]


@dataclass(slots=True)
class RedirectRequest:
    """The redirect that was asked for.

    Attributes:
        url: where to; None if none was asked for. Of several, the last one counts.
        state: what Auth0 adds as the parameter `state`; None before the transaction waits.
        action: the name of the Action that was the first to ask for one.
    """

    url: Url | None = None
    state: str | None = None
    action: str | None = None


@dataclass(slots=True)
class Suspension:
    """How an Action asks to be suspended, which it may do in one way only."""

    by: Literal["redirect", "render"] | None = None


def redirect_outcome(state: State) -> Redirect | None:
    """Return where the browser is sent; None if nowhere."""
    request = state.of(RedirectRequest)
    if request.url is None:
        return None
    url = request.url
    if request.state is not None:
        url = url.with_parameters([("state", request.state)])
    return Redirect(str(url), dict(url.parameters))


def url_with_query(url: object, options: object) -> Url:
    """Return a URL, with query parameters set.

    Raises:
        ApiTypeThrow: it is no absolute URL.
    """
    try:
        parsed = parse_url(text_of(url))
    except InvalidUrlError:
        raise ApiTypeThrow("Invalid URL", code="ERR_INVALID_URL") from None
    query = entries(fields_of(options).get("query"))
    return parsed.with_parameters((name, text_of(value)) for name, value in query)


def entries(value: object) -> Iterable[tuple[str, Any]]:
    """Return what `Object.entries` finds in *value*; nothing in what is null or undefined.

    >>> list(entries({"a": 1})), list(entries(["x"])), list(entries(None))
    ([('a', 1)], [('0', 'x')], [])
    """
    if isinstance(value, list | str):
        return [(str(index), item) for index, item in enumerate(value)]
    return list(fields_of(value).items())


def _why_not(event: ActionEvent) -> str | None:
    """Return why Auth0 can't redirect in the present transaction; None if it can."""
    if is_silent(event):
        return "event.request.query.prompt is 'none'"
    protocol = event.get("transaction.protocol")
    if protocol in NO_REDIRECT_PROTOCOLS:
        return f"event.transaction.protocol is {protocol!r}, and there is no browser"
    return None


def warn_if_out_of_reach(context: Context, deed: str) -> None:
    """Warn if the user can't be sent to a page.

    Args:
        context: what the methods of the api share.
        deed: what was to happen.
    """
    why_not = _why_not(context.event)
    if why_not is not None:
        context.warn(
            RedirectWarning,
            f"[A716] Auth0 can't {deed} here: {why_not}. The login would fail. Check "
            "event.request.query.prompt and event.transaction.protocol first.",
        )


def is_silent(event: ActionEvent) -> bool:
    """Return whether the application has asked that the user sees nothing."""
    return bool(event.get("request.query.prompt") == "none")


def _how_to_come_back(parameter: str) -> str:
    """Return how a test has the user come back with a token."""
    return (
        "Have the user come back with a token that the page has signed: away = "
        f"flow(action).run(), then away.resume(query={{{parameter!r}: away.sign({{...}}, "
        "secret='...')})."
    )


_ADVICE: Final = {
    "jwt expired": (
        "Sign it with a later `exp`, or move the clock less: sign() gives it 15 minutes."
    ),
    "State in the token does not match the /continue state.": (
        "Sign it with the transaction that is resumed: sign() of that sets `state`."
    ),
}


def _advice_on(error: str, token: str, secret: str, event: ActionEvent) -> str | None:
    """Return what to do about a token that can't be trusted; None for what is always of help."""
    if error != "invalid signature":
        return _ADVICE.get(error)
    secrets = fields_of(event.get("secrets"))
    texts = [
        (f"event.secrets.{name}", each) for name, each in secrets.items() if isinstance(each, str)
    ]
    expected = next((name for name, each in texts if each == secret), "a secret of its own")
    other = next((name for name, each in texts if is_signed(token, each)), "another one")
    return (
        f"The Action checks it with {expected}, and it was signed with {other}. Sign it with the "
        "same secret: away.sign({...}, secret='...')."
    )


def _options(options: object, name: str) -> Mapping[str, Any]:
    if options is None or options is UNDEFINED:
        shown = text_of(None) if options is None else "undefined"
        raise ApiTypeThrow(f"Cannot destructure property '{name}' of '{shown}' as it is {shown}.")
    return fields_of(options)


def _secret(options: Mapping[str, Any]) -> str:
    secret = options.get("secret", UNDEFINED)
    if not is_truthy(secret):
        raise ApiThrow("secretOrPrivateKey must have a value")
    return text_of(secret)


class _RedirectAPI(Namespace[ApiT]):
    path = "redirect"

    @method(returns="value")
    def encodeToken(self, options: Mapping[str, Any]) -> str:
        """Return a JSON Web Token for the page that the user is sent to, signed with HS256.

        Its claims are `iat`, `exp`, `iss` (the event's `request.hostname`), `sub` (the user's id)
        and `ip`; the payload is laid over them.

        Args:
            options: `secret`; `payload`, further claims; and `expiresInSeconds`, 900 if not given.

        Raises:
            TypeError: there are no options.
            ApiThrow: there is no secret.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> token = api.redirect.encodeToken({"secret": "s", "payload": {"plan": "gold"}})
        >>> token.count(".")
        2

        Source: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
        """
        given = _options(options, "secret")
        self.context.warn_of_options(given, "secret", "payload", "expiresInSeconds")
        event, now_s = self.context.event, self.context.at_ms // 1_000
        life_s = given.get("expiresInSeconds")
        if life_s is None or life_s is UNDEFINED:
            life_s = DEFAULT_TOKEN_S
        claims = {
            "iat": now_s,
            "iss": event.get("request.hostname"),
            "sub": event.get("user.user_id"),
            "exp": now_s + life_s if is_number(life_s) else f"{now_s}{text_of(life_s)}",
            "ip": event.get("request.ip"),
            **dict(entries(given.get("payload"))),
        }
        return sign(claims, _secret(given))

    @method(returns="value")
    def validateToken(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the claims of the token with which the user came back.

        Its signature, its end on the test's clock, its user and its `state` have to be right.

        Args:
            options: `secret`; and `tokenParameterName`, the parameter of the body or of the query
                that has the token, ``"session_token"`` if not given.

        Raises:
            TypeError: there are no options.
            ApiThrow: there is no such parameter, or the token can't be trusted.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> from pytest_auth0_actions.auth0.context import Context, Turn
        >>> event = {"user": {"user_id": "auth0|1"}, "request": {"query": {"state": "st_1"}}}
        >>> turn = Turn(make_event=lambda: event)
        >>> api = PostLoginAPI(CacheStore(lambda: 0), Context(lambda: 0, turn))
        >>> payload = {"state": "st_1", "iss": "shop.example", "plan": "gold"}
        >>> token = api.redirect.encodeToken({"secret": "s", "payload": payload})
        >>> event["request"]["query"]["session_token"] = token
        >>> api.redirect.validateToken({"secret": "s"})["plan"]
        'gold'

        Source: https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/redirect-with-actions
        """
        given = _options(options, "tokenParameterName")
        self.context.warn_of_options(given, "secret", "tokenParameterName")
        name = given.get("tokenParameterName")
        parameter = text_of(name) if is_truthy(name) else DEFAULT_PARAMETER
        event = self.context.event
        parameters = {
            **fields_of(event.get("request.query")),
            **fields_of(event.get("request.body")),
        }
        token = parameters.get(parameter)
        if not is_truthy(token):
            raise ApiThrow(
                f"There is no parameter called '{parameter}' available in either the POST body or "
                "query string.",
                advice=_how_to_come_back(parameter),
            )
        try:
            claims = verify(text_of(token), _secret(given), self.context.at_ms // 1_000)
            _check_claims(claims, event.get("user.user_id"), parameters.get("state"))
        except InvalidTokenError as error:
            message = f"The session token is invalid: {error}"
            advice = _advice_on(str(error), text_of(token), _secret(given), event)
            raise ApiThrow(message, advice=advice or _how_to_come_back(parameter)) from None
        return claims

    def _send(self, url: object, options: object) -> None:
        context = self.context
        suspension = context.in_run.of(Suspension)
        if suspension.by == "render":
            context.abort("Redirect and render commands cannot be used in the same action.")
            return
        request = context.state.of(RedirectRequest)
        context.warn_of_options(options, "query")
        request.url = url_with_query(url, options)
        suspension.by = "redirect"
        if request.action is None:
            request.action = context.turn.action
        elif request.action != context.turn.action:
            context.warn(
                SecondRedirectWarning,
                f"[A715] {context.turn.action} sends the user away, as {request.action} has done "
                "before: the user is redirected twice in one login. Redirect in one Action only.",
            )
        ask_user(context, "the browser is not redirected")
        warn_if_out_of_reach(context, "redirect")

    def explain_call(self, call: ApiCall) -> Explanation:
        """Return where the browser is sent."""
        request = self.context.state.of(RedirectRequest)
        if call.path == "redirect.sendUserTo" and not isinstance(call.result, Exception):
            return () if request.url is None else ("to ", Shown(str(request.url)))
        return super().explain_call(call)


def _check_claims(claims: Mapping[str, Any], user_id: object, state: object) -> None:
    """Refuse the claims of a token that was made for something else.

    Raises:
        InvalidTokenError: they are not complete, or for another user or another transaction.
    """
    missing = [name for name in ("iat", "exp", "sub", "iss", "state") if name not in claims]
    if missing:
        raise InvalidTokenError(f"Missing or invalid standard claims: {', '.join(missing)}")
    if claims["sub"] != user_id:
        raise InvalidTokenError(f"jwt subject invalid. expected: {text_of(user_id)}")
    if not isinstance(state, str) or claims["state"] != state:
        raise InvalidTokenError("State in the token does not match the /continue state.")


class LoginRedirectAPI(_RedirectAPI[ApiT]):
    """`api.redirect` in post-login.

    Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
    """

    @method(returns="api")
    def sendUserTo(self, url: str, options: Mapping[str, Any] | None = None) -> ApiT:
        """Send the user's browser to another page when the Action has ended; returns the api.

        Args:
            url: an absolute URL.
            options: `query`, parameters that are set in the URL.

        Raises:
            TypeError: it is no absolute URL.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> api = PostLoginAPI(CacheStore(lambda: 0))
        >>> api.redirect.sendUserTo("https://shop.example/", {"query": {"plan": "gold"}}) is api
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        self._send(url, options)
        return self.own_api

    @method(returns="value")
    def canRedirect(self) -> bool:
        """Return whether Auth0 can redirect here: not under prompt=none, nor without a browser.

        >>> from pytest_auth0_actions import CacheStore, PostLoginAPI
        >>> PostLoginAPI(CacheStore(lambda: 0)).redirect.canRedirect()
        True

        Source: https://auth0.com/docs/actions/reference/post-login/post-login-api-object
        """
        return _why_not(self.context.event) is None


class PasswordResetRedirectAPI(_RedirectAPI[ApiT]):
    """`api.redirect` in password-reset-post-challenge.

    Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
    """

    @method(returns="nothing")
    def sendUserTo(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        """Send the user's browser to another page when the Action has ended.

        Args:
            url: an absolute URL.
            options: `query`, parameters that are set in the URL.

        Raises:
            TypeError: it is no absolute URL.

        >>> from pytest_auth0_actions import CacheStore, PasswordResetPostChallengeAPI
        >>> api = PasswordResetPostChallengeAPI(CacheStore(lambda: 0))
        >>> api.redirect.sendUserTo("https://shop.example/")

        Source: https://auth0.com/docs/actions/reference/password-reset-post-challenge/password-reset-post-challenge-api-object
        """
        self._send(url, options)
