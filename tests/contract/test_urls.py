"""URLs as we read them, beside those of Node.js."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from pytest_auth0_actions import LoadAction
from pytest_auth0_actions.auth0.urls import InvalidUrlError, parse_url
from tests.conftest import WriteAction

HOSTS = [
    "example.com",
    "EXAMPLE.com:443",
    "example.com:80",
    "example.com:0",
    "example.com:00080",
    "example.com:",
    "example.com:65536",
    "example.com:port",
    "user:pw@example.com",
    "user@example.com",
    ":pw@example.com",
    "@example.com",
    "u@@example.com",
    "u;v=w:p^@h",
    "bücher.example",
    "faß.ExAmPlE",
    "\uff27\uff2f.com",
    "a。b",
    "☃.net",
    "a\u00adb.c",
    "xn--bcher-kva.example",
    "xn--a",
    "xn--é",
    "ex%41mple.com",
    "exa%mple.com",
    "a b",
    "a<b",
    "a_b",
    "a*b",
    "a..b",
    ".a",
    "a.",
    "[::1]:8080",
    "[1:0:0:2::3]",
    "[::ffff:1.2.3.4]",
    "[1:2:3:4:5:6:7:8]",
    "[::1",
    "[::1%25eth0]",
    "[x]",
    "127.1",
    "0x7f.1",
    "01.2.3.4",
    "08.1",
    "256.1.1.1",
    "1.2.3.4.5",
    "999999999999",
    "4294967295",
    "a.0x",
    "1.2.3.x1",
    "",
    "a%00b",
]
SCHEMES = ["https://", "HTTP://", "https:", "https:\\\\", "http:///", "ws://", "app://"]
PATHS = [
    "",
    "/",
    "/a/./b/../c",
    "/a/%2e%2E/b",
    "/a/..",
    "/a/.",
    "//a",
    "\\a\\b",
    "/a b'\"<>`{}|",
    "/é%zz",
    "/;a=b,c@d:e",
    "?",
    "#",
    "?#",
    "?a=1&a=2&b",
    "?x=a b'\"<>#y",
    "?q=%zz&r=%C3%A9&s=a+b&&=",
    '#a b`<"',
    "?é#é",
    "/\ud800?\udfff",
]
OTHERS = [
    "",
    "x",
    "/a",
    "//h",
    "?a",
    ":",
    "1http://x",
    "mailto:help@example.com",
    "app:callback",
    "javascript:alert(1)",
    "data:text/plain,a b",
    "urn:auth0:x",
    "app:/a/../b",
    "app:/..//b",
    "app:///x",
    "app://",
    "app://:80",
    "app://u@",
    "app:",
    "app:?x",
    "app:#x",
    "app:.",
    "app://h b",
    "file:///a/b",
    "file://host/p",
    "file:/a",
    "file:a",
    "file://localhost/x",
    "file:///",
    "  https://example.com/x  ",
    "ht\ntps://exa\tmple.com",
    "\x00https://example.com\x1f",
    "ftp://h:21/x",
    "wss://h:443",
    "http:////x//y",
]
URLS = [
    *OTHERS,
    *(scheme + host + "/p?a=0&a=2" for scheme, host in itertools.product(SCHEMES, HOSTS)),
    *(scheme + "h.example" + path for scheme, path in itertools.product(SCHEMES, PATHS)),
]
CHANGES = [("a", "1 ~*-._!'()"), ("é", "&=+%\ud800\N{GRINNING FACE}")]

READER = """
exports.onExecutePostLogin = async (event) => {
  const { urls, changes } = JSON.parse(event.secrets.given);
  event.secrets.found = urls.map((text) => {
    try {
      const url = new URL(text);
      const found = [url.href, [...url.searchParams]];
      changes.forEach(([name, value]) => url.searchParams.set(name, value));
      return [...found, url.href];
    } catch {
      return null;
    }
  });
};
"""


@pytest.fixture
def of_node(load_action: LoadAction, write_action: WriteAction) -> dict[str, Any]:
    given = json.dumps({"urls": URLS, "changes": CHANGES})
    action = load_action(write_action(READER), secrets={"given": given})
    return dict(zip(URLS, action.run().event["secrets"]["found"], strict=True))


def ours(text: str) -> Any:
    try:
        url = parse_url(text)
    except InvalidUrlError:
        return None
    return [str(url), [[*each] for each in url.parameters], str(url.with_parameters(CHANGES))]


def test_every_url_is_read_and_written_as_node_does(of_node: dict[str, Any]) -> None:
    different = {
        text: (ours(text), found) for text, found in of_node.items() if ours(text) != found
    }
    assert not different
    assert 100 < sum(found is None for found in of_node.values()) < len(URLS) - 100
