"""A login in other words: played from its start, up to where the user's answers end.

It is written from the rules of flows, and shares no code with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Step: TypeAlias = "tuple[Any, ...]"

OF_PROVIDER = {
    "any": {"otp", "phone", "push-notification", "email", "recovery-code"}
    | {"webauthn-platform", "webauthn-roaming"},
    "google-authenticator": {"otp"},
    "guardian": {"push-notification", "phone", "otp"},
    "duo": {"duo"},
}
NO_BROWSER = {"oauth2-refresh-token", "oauth2-password", "oauth2-token-exchange"}
NO_ERROR = ""


@dataclass(frozen=True)
class Login:
    """What a login is made of.

    Attributes:
        scripts: of each Action, what it does when it is executed, and when it continues.
        user: the `user_metadata` before.
        limit_ms: how long the Actions may take together.
        enabled: the factors of the tenant; None for all.
        enrolled: the factors of the user; None where the event does not say.
        silent: whether the request has prompt=none.
        protocol: the transaction's protocol.
        recorded: what earlier logins of the session have recorded.
    """

    scripts: tuple[dict[str, list[Step]], ...]
    user: dict[str, Any]
    limit_ms: int
    enabled: tuple[str, ...] | None
    enrolled: tuple[str, ...] | None
    silent: bool
    protocol: str
    recorded: tuple[str, ...] = ()


@dataclass
class Expected:
    """The result of a login, as far as it has come.

    Attributes:
        status: the transaction's status; "raised" where an Action failed.
        code: the code of its error.
        offered: the factors of which the user is asked for one.
        ran: which Actions ran, by place and handler.
        looks: what these saw, before and after their steps.
        facts: parts of the outcome, by name.
        duration_ms: how long they have waited.
        recorded: what later logins of the session find.
    """

    status: str
    code: str
    offered: list[str]
    ran: list[tuple[int, str]]
    looks: list[dict[str, Any]]
    facts: dict[str, Any]
    duration_ms: int
    recorded: list[str]


class _OverError(Exception):
    """The login is over, or waits."""

    def __init__(self, status: str, code: str = NO_ERROR, offered: Sequence[str] = ()) -> None:
        super().__init__(status)
        self.status, self.code, self.offered = status, code, list(offered)


@dataclass
class Play:
    """A login under way."""

    login: Login
    answers: list[tuple[str, Any]]
    user_id: str
    saved: dict[str, dict[str, Any]] = field(default_factory=dict)
    pending: list[tuple[str, str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    claims: list[tuple[str, str, Any]] = field(default_factory=list)
    scopes: list[tuple[str, str]] = field(default_factory=list)
    wants: dict[str, Any] = field(default_factory=dict)
    failures: list[tuple[str, str]] = field(default_factory=list)  # denials and invalid values
    passed: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=lambda: ["pwd"])
    enrolled: list[str] | None = None
    request: list[Any] = field(default_factory=list)
    prompt: Any = None
    recorded: list[str] = field(default_factory=list)
    primary: str | None = None
    ran: list[tuple[int, str]] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    used_ms: int = 0
    duration_ms: int = 0

    def play(self, first_request: list[Any]) -> Expected:
        login = self.login
        self.saved = {"user": dict(login.user), "app": {}}
        self.enrolled = None if login.enrolled is None else list(login.enrolled)
        self.methods += [each for each in dict.fromkeys(login.recorded) if each != "pwd"]
        self.request = first_request
        try:
            for place in range(len(login.scripts)):
                self.call(place, "execute")
                self.settle(place)
            self.finish()
        except _OverError as over:
            return self.result(over)
        raise AssertionError("a login is over, or it waits")

    # ------------------------------------------------------------------ one Action

    def call(self, place: int, handler: str) -> None:
        self.ran.append((place, handler))
        self.look()
        notes, own, suspended_by, is_aborted = dict(self.notes), [], "", False
        has_linked = False
        for name, *args in self.login.scripts[place][handler]:
            if name in {"set", "unset", "undo"}:
                kind, key, *value = args
                own.append((kind, key, {"set": value, "unset": None, "undo": ()}[name]))
            elif name == "note":
                noted = {**self.notes, args[0]: args[1]}
                self.notes = {key: value for key, value in noted.items() if value is not None}
            elif name == "wait":
                wait_ms = min(args[0], self.login.limit_ms - self.used_ms)
                self.used_ms += wait_ms
                self.duration_ms += wait_ms
                if wait_ms < args[0]:
                    self.fall(notes, "ActionTimeoutError")
            elif name == "throw":
                self.fall(notes, "ActionError")
            elif name == "link":
                if self.primary is not None:
                    self.fall(notes, "ActionError")
                self.primary, has_linked = args[0], True
            elif name == "redirect":
                is_aborted |= suspended_by == "prompt"
                if suspended_by != "prompt":
                    self.wants["redirect"], suspended_by = args[0], "redirect"
            elif name == "prompt":
                is_aborted |= suspended_by != ""
                if not suspended_by:
                    self.wants["prompt"], suspended_by = args, "prompt"
            elif name in {"challenge", "enroll", "mfa"}:
                self.wants[name] = args[0]
            elif name in {"deny", "invalid"}:
                self.failures.append((name, args[0]))
            elif name == "claim":
                self.claims.append((args[0], f"https://shop.example/{args[1]}", args[2]))
            elif name == "scope":
                self.scopes.append((args[0], args[1]))
            elif name == "record" and handler == "continue":
                self.recorded.append(args[0])
        self.look()
        if is_aborted:
            self.fall(notes, "ActionAbortedError")
        if not has_linked:
            self.pending += own

    def fall(self, notes: dict[str, Any], error: str) -> None:
        self.notes = notes  # nobody sees what the Action that failed has set
        raise _OverError("raised", error)

    # ------------------------------------------------------------------ between the Actions

    def settle(self, place: int) -> None:
        """Do what was asked for, until the next Action may run."""
        while True:
            if self.failures:
                raise _OverError("denied")
            if "redirect" in self.wants:
                self.need_browser("interaction_required")
                self.save()
                query, body = self.answer("redirected", "resume")
                self.request = ["GET" if body is None else "POST", query, body or {}]
                del self.wants["redirect"]
                self.come_back(place)
            elif "prompt" in self.wants:
                self.need_browser("interaction_required")
                identifier, filled = self.wants["prompt"]
                query, fields = self.answer("prompted", "submit")
                del self.wants["prompt"]
                self.prompt = {"id": identifier, "fields": {**filled, **fields}, "vars": {}}
                self.request = ["POST", query, {}]
                self.come_back(place)
            elif "challenge" in self.wants:
                self.ask("challenge")
            elif "enroll" in self.wants:
                self.ask("enroll")
            else:
                return

    def come_back(self, place: int) -> None:
        self.used_ms = 0
        self.call(place, "continue")

    def ask(self, what: str) -> None:
        asked = self.wants[what]
        left = [each for each in asked if self.can_use(each, is_new=what == "enroll")]
        if not left and set(asked) & set(self.passed):
            del self.wants[what]
            return
        if self.login.protocol == "oauth2-token-exchange":
            raise _OverError("failed", "invalid_request")
        if not left:
            raise _OverError("failed", "no_usable_factor")
        self.need_browser("mfa_required")
        self.wants[what] = left
        factor = self.take_factor(left)
        if what == "enroll":
            self.enrolled = [*(self.enrolled or []), factor]
        del self.wants[what]

    def can_use(self, factor: str, *, is_new: bool) -> bool:
        if factor in self.passed:
            return False
        if self.login.enabled is not None and factor not in self.login.enabled:
            return False
        return self.enrolled is None or is_new != (factor in self.enrolled)

    def take_factor(self, offered: list[str]) -> str:
        query, factor = self.answer("challenged", "pass", offered)
        self.passed.append(factor)
        self.methods.append("mfa")
        self.request = ["POST", query, {}]
        self.used_ms = 0
        return str(factor)

    def need_browser(self, code: str) -> None:
        if self.login.silent:
            raise _OverError("failed", "interaction_required")
        if self.login.protocol in NO_BROWSER:
            raise _OverError("failed", code)

    def answer(self, status: str, kind: str, offered: Sequence[str] = ()) -> Any:
        if not self.answers:
            raise _OverError(status, offered=offered)
        given, value = self.answers.pop(0)
        if given == "fail":
            raise _OverError("failed", "access_denied")
        if given == "stray":
            raise _OverError("failed", "invalid_request")
        assert given == kind
        return value

    def finish(self) -> None:
        if self.primary == self.user_id:
            raise _OverError("failed", "access_denied")
        provider = self.wants.get("mfa", "none")
        if provider != "none":
            enabled = self.login.enabled
            offered = {each for each in OF_PROVIDER[provider] if enabled is None or each in enabled}
            if self.enrolled is not None and offered & set(self.enrolled):
                offered &= set(self.enrolled)
            if not offered & set(self.passed):
                if not offered:
                    raise _OverError("failed", "no_usable_factor")
                self.need_browser("mfa_required")
                self.take_factor(sorted(offered))
        raise _OverError("completed")

    # ------------------------------------------------------------------ what is seen

    def save(self) -> None:
        self.saved = {"user": self.metadata("user"), "app": self.metadata("app")}
        self.pending = []

    def metadata(self, kind: str) -> dict[str, Any]:
        found = dict(self.saved[kind])
        for key in {key for its, key, _ in self.pending if its == kind}:
            value = [last for its, name, last in self.pending if (its, name) == (kind, key)][-1]
            if value is None:
                found.pop(key, None)
            elif value != ():
                found[key] = value[0]
        return found

    def look(self) -> None:
        self.looks.append(
            {
                "user": self.metadata("user"),
                "app": self.metadata("app"),
                "notes": self.notes,
                "methods": list(self.methods),
                "enrolled": None if self.enrolled is None else list(self.enrolled),
                "request": list(self.request),
                "prompt": self.prompt,
            }
        )

    def result(self, over: _OverError) -> Expected:
        is_over_well = over.status in {"completed", "denied"}
        if is_over_well:
            self.save()
        is_failing = over.status in {"failed", "raised"}
        shown = self.saved if is_failing else {each: self.metadata(each) for each in self.saved}
        issued = not is_failing and over.status != "denied"
        claims = {
            token: {key: value for its, key, value in self.claims if its == token and issued}
            for token in ("idToken", "accessToken")
        }
        scopes = {name: method for method, name in self.scopes if issued}
        denials = [reason for kind, reason in self.failures if kind == "deny"]
        invalid = [code for kind, code in self.failures if kind == "invalid"]
        return Expected(
            over.status,
            over.code,
            over.offered,
            self.ran,
            self.looks,
            {
                "user": shown["user"],
                "app": shown["app"],
                "notes": self.notes,
                "claims": claims,
                "added": {name for name, method in scopes.items() if method == "addScope"},
                "removed": {name for name, method in scopes.items() if method == "removeScope"},
                "denied": denials[0] if denials else None,
                "invalid": invalid,
                "challenge": self.wants.get("challenge") if issued else None,
                "enrollment": self.wants.get("enroll") if issued else None,
                "redirect": self.wants.get("redirect") if issued else None,
                "prompt": self.wants["prompt"][0] if issued and "prompt" in self.wants else None,
            },
            self.duration_ms,
            self.recorded if over.status == "completed" else [],
        )
