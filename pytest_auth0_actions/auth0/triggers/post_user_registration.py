"""The trigger post-user-registration: it runs after a user was created, and blocks nothing.

Sources:
https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-event-object
https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
https://github.com/auth0/auth0-actions (src/post-user-registration/v2)
"""

from __future__ import annotations

from pytest_auth0_actions.auth0.context import Context
from pytest_auth0_actions.auth0.events import NOW, EventModel
from pytest_auth0_actions.auth0.namespace import Api
from pytest_auth0_actions.auth0.namespaces.cache import CacheAPI, CacheStore
from pytest_auth0_actions.auth0.triggers.model import Trigger


class PostUserRegistrationAPI(Api):
    """The `api` of a post-user-registration Action: `api.cache`, and nothing else.

    Attributes:
        cache: what the Action knows as `api.cache`.

    >>> PostUserRegistrationAPI(CacheStore(lambda: 0)).cache.get("token") is None
    True

    Source: https://auth0.com/docs/actions/reference/post-user-registration/post-user-registration-api-object
    """

    trigger_id = "post-user-registration"

    def __init__(self, store: CacheStore, context: Context | None = None) -> None:
        context = context or Context(store.now_ms)
        super().__init__(context)
        self.cache = CacheAPI(store, context)


_EXAMPLE = {
    "authentication": {
        "riskAssessment": {
            "supplemental": {
                "akamai": {
                    "akamaiBot": {
                        "type": "Unknown Bot",
                        "action": "monitor",
                        "botCategory": ["Web Browsers"],
                        "botScore": 5,
                        "botScoreResponseSegment": "cautious-response",
                        "botnetId": "5f1c9f",
                    },
                    "akamaiUserRisk": {
                        "action": "monitor",
                        "allow": 0,
                        "emailDomain": "example.com",
                        "general": {"di": "c1", "db": "Chrome 120", "aci": "0"},
                        "ouid": "ouid-3f2504e0",
                        "requestid": "1a2b3c4d",
                        "risk": {"udfp": "fbd8f0/H", "unp": "10796/L"},
                        "score": 12,
                        "status": 0,
                        "trust": {"ugp": "us"},
                        "username": "ada@example.com",
                        "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    },
                }
            }
        }
    },
    "connection": {
        "id": "con_fpe5kj482KO1eOzQ",
        "metadata": {},
        "name": "Username-Password-Authentication",
        "strategy": "auth0",
    },
    "custom_domain": {"domain": "login.example.com", "domain_metadata": {}},
    "request": {
        "geoip": {
            "cityName": "London",
            "continentCode": "EU",
            "countryCode": "GB",
            "countryCode3": "GBR",
            "countryName": "United Kingdom",
            "latitude": 51.5074,
            "longitude": -0.1278,
            "subdivisionCode": "ENG",
            "subdivisionName": "England",
            "timeZone": "Europe/London",
        },
        "hostname": "login.example.com",
        "ip": "203.0.113.42",
        "language": "en",
        "method": "POST",
        "user_agent": (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/131.0.0.0 Safari/537.36"
        ),
    },
    "secrets": {},
    "security_context": {
        "ja3": "cd08e31494f9531f560d64c695473da9",
        "ja4": "t13d1516h2_8daaf6152771_b0da82dd1658",
    },
    "tenant": {"id": "example-tenant"},
    "transaction": {
        "acr_values": [],
        "locale": "en",
        "login_hint": "ada@example.com",
        "prompt": ["login"],
        "protocol": "oidc-basic-profile",
        "redirect_uri": "https://app.example.com/callback",
        "requested_scopes": ["openid", "profile", "email"],
        "response_mode": "query",
        "response_type": ["code"],
        "state": "b0a1c2d3e4f5",
        "ui_locales": ["en"],
    },
    "user": {
        "app_metadata": {},
        "created_at": NOW,
        "email": "ada@example.com",
        "email_verified": False,
        "family_name": "Lovelace",
        "given_name": "Ada",
        "last_password_reset": NOW,
        "name": "Ada Lovelace",
        "nickname": "ada",
        "phone_number": "+442079460958",
        "phone_verified": False,
        "picture": "https://cdn.example.com/avatars/al.png",
        "updated_at": NOW,
        "user_id": "auth0|5f7c8ec7c33c6c004bbafe82",
        "user_metadata": {},
        "username": "ada",
    },
}

_RISK = "authentication.riskAssessment.supplemental.akamai.akamaiUserRisk"

POST_USER_REGISTRATION = Trigger(
    id="post-user-registration",
    handlers=("onExecutePostUserRegistration",),
    event=EventModel(
        example=_EXAMPLE,
        anything=frozenset(
            {
                f"{_RISK}.general",
                f"{_RISK}.risk",
                f"{_RISK}.trust",
                "connection.metadata",
                "custom_domain.domain_metadata",
                "secrets",
                "user.app_metadata",
                "user.user_metadata",
            }
        ),
        extensible=frozenset({"request.geoip", "transaction", "user"}),
        undocumented=frozenset(
            {
                "configuration",
                "experiment",
                "transaction.correlation_id",
                "transaction.id",
                "user.phoneNumber",
                "user.tenant",
            }
        ),
    ),
    api=PostUserRegistrationAPI,
)
