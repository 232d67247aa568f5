"""Everything the driver raises becomes an error of ours that says what to do; no secret in it."""

from __future__ import annotations

import inspect
import socket
from typing import TYPE_CHECKING

import neo4j.exceptions
import pytest

from chainmap.errors import StoreError, StoreRefused, StoreUnavailable
from chainmap.stores.neo4j import Neo4jStore
from chainmap.stores.neo4j.address import read_address
from chainmap.stores.neo4j.errors import MAPPED, is_retryable, mapped, translated

if TYPE_CHECKING:
    from neo4j_target import Neo4jTarget

ADDRESS = read_address("neo4j://li@db.example:7000/graph")

DRIVER_CLASSES = [
    found
    for _, found in inspect.getmembers(neo4j.exceptions, inspect.isclass)
    if issubclass(found, Exception) and found.__module__.startswith("neo4j")
]


def test_the_driver_has_exception_classes_to_enumerate() -> None:
    assert len(DRIVER_CLASSES) >= 30


@pytest.mark.parametrize("kind", DRIVER_CLASSES, ids=lambda kind: kind.__name__)
def test_every_exception_class_of_the_driver_maps_below_its_root(kind: type[Exception]) -> None:
    bases = [base for base in kind.__mro__ if base in MAPPED]

    assert bases
    if kind is not neo4j.exceptions.GqlError:
        assert bases[0] is not neo4j.exceptions.GqlError


@pytest.mark.parametrize("kind", DRIVER_CLASSES, ids=lambda kind: kind.__name__)
def test_every_driver_exception_is_told_with_its_cause(kind: type[Exception]) -> None:
    failure = kind.__new__(kind)

    with pytest.raises(StoreError) as caught, translated(ADDRESS):
        raise failure

    assert caught.value.__cause__ is failure
    assert str(caught.value)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("Neo.ClientError.Database.DatabaseNotFound", StoreUnavailable, "graph"),
        ("Neo.ClientError.Security.AuthenticationRateLimit", StoreUnavailable, "li"),
        ("Neo.ClientError.Security.CredentialsExpired", StoreUnavailable, "li"),
        ("Neo.ClientError.Security.Forbidden", StoreRefused, "li"),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", StoreRefused, "db.example"),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", StoreRefused, "heap"),
        ("Neo.TransientError.Transaction.DeadlockDetected", StoreUnavailable, "Deadlock"),
    ],
)
def test_codes_of_the_server_become_the_error_that_helps(
    code: str, kind: type[StoreError], words: str
) -> None:
    failure = neo4j.exceptions.Neo4jError._hydrate_neo4j(code=code, message="what happened")

    told = mapped(failure, ADDRESS)

    assert type(told) is kind
    assert words in str(told)


def test_too_little_memory_and_an_unknown_commit_are_not_tried_again() -> None:
    memory = neo4j.exceptions.Neo4jError._hydrate_neo4j(
        code="Neo.TransientError.General.MemoryPoolOutOfMemoryError", message="full"
    )
    deadlock = neo4j.exceptions.Neo4jError._hydrate_neo4j(
        code="Neo.TransientError.Transaction.DeadlockDetected", message="locked"
    )

    assert not is_retryable(memory)
    assert not is_retryable(neo4j.exceptions.IncompleteCommit("lost"))
    assert is_retryable(deadlock)
    assert is_retryable(neo4j.exceptions.ServiceUnavailable("gone"))


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_a_server_that_is_down_is_told_with_its_address_and_how_to_check(scheme: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(StoreUnavailable, match="chainmap doctor") as caught:
        Neo4jStore(f"{scheme}://127.0.0.1:{port}", password="geheim")

    assert str(port) in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_host_that_does_not_exist_is_told_as_not_reachable() -> None:
    with pytest.raises(StoreUnavailable, match=r"no-such-host\.invalid"):
        Neo4jStore("bolt://no-such-host.invalid", password="geheim")


@pytest.mark.neo4j
def test_a_wrong_password_is_told_without_repeating_it(neo4j_server: Neo4jTarget) -> None:
    with pytest.raises(StoreUnavailable, match="CHAINMAP_STORE_PASSWORD") as caught:
        Neo4jStore(neo4j_server.url, password="ganz-falsch")

    assert "ganz-falsch" not in str(caught.value)
    assert neo4j_server.password not in str(caught.value)


@pytest.mark.neo4j
def test_no_password_at_all_is_told_like_a_wrong_one(neo4j_server: Neo4jTarget) -> None:
    with pytest.raises(StoreUnavailable, match="CHAINMAP_STORE_PASSWORD"):
        Neo4jStore(neo4j_server.url, password=None)


@pytest.mark.neo4j
def test_a_database_that_community_does_not_have_is_named(neo4j_server: Neo4jTarget) -> None:
    url = neo4j_server.url.rpartition("/")[0] + "/park"

    with pytest.raises(StoreUnavailable, match=r"park.*/neo4j"):
        Neo4jStore(url, password=neo4j_server.password)
