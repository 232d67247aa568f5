"""Where a Neo4j is: a store URL, read once, never with a password in it.

The choice: the URL is what people write into ``chainmap.toml`` and what appears in messages and
reports, so a password in it is refused rather than hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from chainmap.errors import ConfigError
from chainmap.texts import say

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""The driver's schemes: ``neo4j`` routes in a cluster, ``bolt`` talks to one server;
``+s`` is TLS with a certificate that is checked, ``+ssc`` TLS with any certificate."""

DEFAULT_PORT = 7687
DEFAULT_USER = "neo4j"
DEFAULT_DATABASE = "neo4j"


@dataclass(frozen=True, slots=True)
class Address:
    """A store URL in its parts; ``uri`` is what the driver wants."""

    scheme: str
    user: str
    host: str
    port: int
    database: str

    @property
    def uri(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The store URL, complete and without a password."""
        user, database = quote(self.user, safe=""), quote(self.database, safe="")
        return f"{self.scheme}://{user}@{self.host}:{self.port}/{database}"


def read_address(url: str) -> Address:
    """Split ``neo4j://USER@HOST:PORT/DATABASE``; user, port and database may be left out.

    Raises
    ------
    ConfigError
        For another scheme, a missing host, a password or a query in the URL.

    Examples
    --------
    >>> read_address("neo4j://localhost").url
    'neo4j://neo4j@localhost:7687/neo4j'
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORT
    except ValueError:
        raise ConfigError(say("neo4j.bad_url")) from None
    if parts.password is not None:
        raise ConfigError(say("neo4j.password_in_url"))
    database = unquote(parts.path.strip("/"))
    if parts.scheme not in SCHEMES or not host or parts.query or "/" in database:
        raise ConfigError(say("neo4j.bad_url"))
    return Address(
        scheme=parts.scheme,
        user=unquote(parts.username or "") or DEFAULT_USER,
        host=f"[{host}]" if ":" in host else host,
        port=port,
        database=database or DEFAULT_DATABASE,
    )
