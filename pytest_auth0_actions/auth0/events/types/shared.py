"""What the events of several triggers hold.

Made by ``python -m tests.auth0.events.event_types`` from `data`: to change a field, edit that.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict


class AkamaiAkamaiBot(TypedDict, total=False):
    """`akamai.akamaiBot`."""

    type: str
    action: str
    botCategory: list[str]
    botScore: float
    botScoreResponseSegment: str
    botnetId: str


class AkamaiAkamaiUserRisk(TypedDict, total=False):
    """`akamai.akamaiUserRisk`."""

    action: str
    allow: float
    emailDomain: str
    general: dict[str, Any]
    ouid: str
    requestid: str
    risk: dict[str, Any]
    score: float
    status: float
    trust: dict[str, Any]
    username: str
    uuid: str


class Akamai(TypedDict, total=False):
    """`akamai`."""

    akamaiBot: AkamaiAkamaiBot
    akamaiUserRisk: AkamaiAkamaiUserRisk


class Client(TypedDict):
    """`client`."""

    client_id: str
    metadata: dict[str, Any]
    name: str


Confidence: TypeAlias = Literal["low", "medium", "high", "neutral"]


class _Connection(TypedDict):
    id: str
    name: str
    strategy: str


class Connection(_Connection, total=False):
    """`connection`."""

    metadata: dict[str, Any]


class CustomDomain(TypedDict):
    """`custom_domain`."""

    domain: str
    domain_metadata: dict[str, Any]


class Device(TypedDict, total=False):
    """`device`."""

    initial_asn: str
    initial_ip: str
    initial_user_agent: str
    last_asn: str
    last_ip: str
    last_user_agent: str


class _EnrolledFactor(TypedDict):
    type: str


class EnrolledFactor(_EnrolledFactor, total=False):
    """`enrolled_factor`; it may hold other fields too."""

    options: dict[str, Any]


class Geoip(TypedDict, total=False):
    """`geoip`; it may hold other fields too."""

    cityName: str
    continentCode: str
    countryCode: str
    countryCode3: str
    countryName: str
    latitude: float
    longitude: float
    subdivisionCode: str
    subdivisionName: str
    timeZone: str


class Identity(TypedDict, total=False):
    """`identity`; it may hold other fields too."""

    connection: str
    isSocial: bool
    profileData: dict[str, Any]
    provider: str
    user_id: str
    userId: Any
    accessToken: Any


class _Method(TypedDict):
    name: str
    timestamp: str


class Method(_Method, total=False):
    """`method`."""

    type: Any


class Organization(TypedDict):
    """`organization`; it may hold other fields too."""

    id: str
    display_name: str
    metadata: dict[str, Any]
    name: str


class _Profile(TypedDict):
    app_metadata: dict[str, Any]
    created_at: str
    email_verified: bool
    updated_at: str
    user_id: str
    user_metadata: dict[str, Any]


class Profile(_Profile, total=False):
    """`profile`."""

    email: str
    emails: Any
    family_name: str
    given_name: str
    last_password_reset: str
    locale: Any
    mail: Any
    name: str
    nickname: str
    phone_number: str
    phone_verified: bool
    picture: str
    username: str


class _Prompt(TypedDict):
    id: str


class Prompt(_Prompt, total=False):
    """`prompt`."""

    fields: dict[str, Any]
    vars: dict[str, Any]


Protocol: TypeAlias = Literal[
    "oidc-basic-profile",
    "oidc-ciba",
    "oidc-ciba-web-link",
    "oidc-implicit-profile",
    "oauth2-device-code",
    "oauth2-resource-owner",
    "oauth2-resource-owner-jwt-bearer",
    "oauth2-password",
    "oauth2-webauthn",
    "oauth2-access-token",
    "oauth2-refresh-token",
    "oauth2-token-exchange",
    "oidc-hybrid-profile",
    "samlp",
    "wsfed",
    "wstrust-usernamemixed",
]


class _Request(TypedDict):
    geoip: Geoip
    ip: str
    method: str


class Request(_Request, total=False):
    """`request`."""

    hostname: str
    language: str
    user_agent: str


class RiskAssessmentAssessmentsAgentDetectionDetails(TypedDict, total=False):
    """`risk_assessment.assessments.AgentDetection.details`."""

    provider: str


class _RiskAssessmentAssessmentsAgentDetection(TypedDict):
    code: Literal["unknown", "verified_agent"]
    confidence: Confidence


class RiskAssessmentAssessmentsAgentDetection(
    _RiskAssessmentAssessmentsAgentDetection, total=False
):
    """`risk_assessment.assessments.AgentDetection`."""

    details: RiskAssessmentAssessmentsAgentDetectionDetails


class RiskAssessmentAssessmentsImpossibleTravel(TypedDict):
    """`risk_assessment.assessments.ImpossibleTravel`."""

    code: Literal[
        "minimal_travel_from_last_login",
        "travel_from_last_login",
        "substantial_travel_from_last_login",
        "impossible_travel_from_last_login",
        "invalid_travel",
        "missing_geoip",
        "anonymous_proxy",
        "unknown_location",
        "initial_login",
        "location_history_not_found",
        "assessment_not_available",
    ]
    confidence: Confidence


class RiskAssessmentAssessmentsNewDeviceDetails(TypedDict, total=False):
    """`risk_assessment.assessments.NewDevice.details`."""

    device: Literal["unknown", "known"]
    useragent: Literal["unknown", "known"]


class _RiskAssessmentAssessmentsNewDevice(TypedDict):
    code: Literal[
        "initial_login",
        "assessment_not_available",
        "match",
        "partial_match",
        "no_match",
        "unknown_device",
        "no_device_history",
    ]
    confidence: Confidence


class RiskAssessmentAssessmentsNewDevice(_RiskAssessmentAssessmentsNewDevice, total=False):
    """`risk_assessment.assessments.NewDevice`."""

    details: RiskAssessmentAssessmentsNewDeviceDetails


class RiskAssessmentAssessmentsUntrustedIPDetails(TypedDict, total=False):
    """`risk_assessment.assessments.UntrustedIP.details`."""

    category: str
    ip: str
    matches: str
    source: str


class _RiskAssessmentAssessmentsUntrustedIP(TypedDict):
    code: Literal[
        "assessment_not_available",
        "not_found_on_deny_list",
        "found_on_deny_list",
        "invalid_ip_address",
    ]
    confidence: Confidence


class RiskAssessmentAssessmentsUntrustedIP(_RiskAssessmentAssessmentsUntrustedIP, total=False):
    """`risk_assessment.assessments.UntrustedIP`."""

    details: RiskAssessmentAssessmentsUntrustedIPDetails


class RiskAssessmentAssessments(TypedDict, total=False):
    """`risk_assessment.assessments`."""

    AgentDetection: RiskAssessmentAssessmentsAgentDetection
    ImpossibleTravel: RiskAssessmentAssessmentsImpossibleTravel
    NewDevice: RiskAssessmentAssessmentsNewDevice
    UntrustedIP: RiskAssessmentAssessmentsUntrustedIP


class RiskAssessmentSupplemental(TypedDict, total=False):
    """`risk_assessment.supplemental`."""

    akamai: Akamai


class _RiskAssessment(TypedDict):
    assessments: RiskAssessmentAssessments
    confidence: Confidence
    version: str


class RiskAssessment(_RiskAssessment, total=False):
    """`risk_assessment`."""

    supplemental: RiskAssessmentSupplemental


class SecurityContext(TypedDict, total=False):
    """`security_context`."""

    ja3: str
    ja4: str


class _Tenant(TypedDict):
    id: str


class Tenant(_Tenant, total=False):
    """`tenant`."""

    friendly_name: str
    home_url: str
    logo_url: str
    support_email: str
    support_url: str
