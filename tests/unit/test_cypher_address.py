"""Store addresses of Neo4j: complete, without a password, refused when not understood."""

from __future__ import annotations

import pytest

from chainmap.errors import ConfigError
from chainmap.stores.neo4j.address import SCHEMES, read_address


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_of_the_driver_is_taken(scheme: str) -> None:
    address = read_address(f"{scheme}://li@db.example:7000/graph")

    assert address.uri == f"{scheme}://db.example:7000"
    assert (address.user, address.database) == ("li", "graph")


def test_user_port_and_database_have_defaults() -> None:
    assert read_address("neo4j://localhost").url == "neo4j://neo4j@localhost:7687/neo4j"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert read_address("bolt://[::1]:7687").uri == "bolt://[::1]:7687"


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        read_address("neo4j://neo4j:geheim@localhost/neo4j")

    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:7474",
        "neo4j://",
        "neo4j://localhost:notaport/neo4j",
        "neo4j://localhost/neo4j?policy=eu",
        "neo4j://localhost/a/b",
    ],
)
def test_an_address_that_is_not_understood_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ConfigError, match="neo4j://"):
        read_address(url)
