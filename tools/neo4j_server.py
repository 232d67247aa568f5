"""A real Neo4j Community server on loopback, from its Maven artifacts: no Docker, no root.

Used by the test suite (``Neo4jServer`` is a context manager) and by hand::

    python tools/neo4j_server.py [--line 2026] [--home DIR]

The choice behind it: the published jars are the server, so any machine with Java and Maven can
run the very program a bureau runs. Jars rest in a cache folder of the user
(``CHAINMAP_NEO4J_CACHE`` names another one); data rests in a temporary folder unless ``--home``
says where. The server listens on 127.0.0.1 only, on a free port, with a random password.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Self

from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

START_SECONDS = 120
"""How long a start may take; measured 5 s on an idle machine, CI machines are slower."""


class ServerFailed(RuntimeError):
    """The server cannot be fetched or does not start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One release line: the exact version (pinned) and the oldest Java that runs it."""

    version: str
    java: int


LINES = {"5": Line("5.26.30", 17), "2026": Line("2026.08.1", 21)}
"""``5`` is the long-term line and the default, ``2026`` the current one."""

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>chainmap</groupId>
  <artifactId>neo4j-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version>
    </dependency>
    <dependency>
      <groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{version}</version>
    </dependency>
  </dependencies>
</project>
"""

_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]

_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a server that lives for minutes: the second compiler would cost more than it brings."""

_CONF = """server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size=256m
server.memory.heap.max_size={heap}
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
dbms.security.auth_enabled=true
"""


def cache_folder() -> Path:
    """Return the folder that keeps the jars: CHAINMAP_NEO4J_CACHE or the user's cache folder."""
    named = os.environ.get("CHAINMAP_NEO4J_CACHE")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "chainmap" / "neo4j"


def find_java(oldest: int) -> Path:
    """Return a ``java`` of at least that version: JAVA_HOME, then PATH, then the usual folders.

    Raises
    ------
    ServerFailed
        When there is none, with what was looked at.
    """
    seen = []
    for java in _java_candidates():
        version = _java_version(java)
        if version >= oldest:
            return java
        seen.append(f"{java} ({version or 'does not run'})")
    msg = (
        f"no Java {oldest} or newer; looked at: {', '.join(seen) or 'nothing found'}. "
        f"Install one (Debian/Ubuntu: apt-get install openjdk-{oldest}-jre-headless) "
        "or set JAVA_HOME."
    )
    raise ServerFailed(msg)


def _java_candidates() -> Iterator[Path]:
    name = "java.exe" if sys.platform == "win32" else "java"
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"]) / "bin" / name
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    folders = (
        "/usr/lib/jvm/*/bin",
        "/opt/*/bin",
        "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin",
        "C:/Program Files/*/jdk*/bin",
        "C:/Program Files/*/jre*/bin",
    )
    for pattern in folders:
        anchor = Path(pattern).anchor
        if anchor and Path(anchor).is_dir():
            yield from sorted(Path(anchor).glob(f"{pattern[len(anchor) :]}/{name}"))


def _java_version(java: Path) -> int:
    """Return the feature version (17, 21, ...), 0 when the program does not run."""
    try:
        told = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found.group(1)) if found else 0


def fetch_jars(line: Line) -> Path:
    """Return the folder with the server's jars, fetched by Maven the first time (about 30 s).

    Several processes may call this at once: each fetches into a folder of its own, the first
    to finish moves it into place.

    Raises
    ------
    ServerFailed
        When Maven is missing or cannot fetch.
    """
    folder = cache_folder() / line.version / "lib"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        msg = (
            f"the jars of Neo4j {line.version} are not in {folder} and Maven (mvn) is missing; "
            "install it (Debian/Ubuntu: apt-get install maven) or set CHAINMAP_TEST_NEO4J_URL"
        )
        raise ServerFailed(msg)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetch-") as scratch:
        pom, fetched = Path(scratch) / "pom.xml", Path(scratch) / "lib"
        pom.write_text(_POM.format(version=line.version), encoding="utf-8")
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
        command = [maven, "-q", "-B", "-f", str(pom), copy]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={fetched}"]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode != 0 or not any(fetched.glob("neo4j-server-*.jar")):
            msg = f"Maven could not fetch Neo4j {line.version}:\n{told.stdout}{told.stderr}"
            raise ServerFailed(msg)
        if not folder.is_dir():
            fetched.rename(folder)
    return folder


def _main_class(jars: Path, version: str) -> str:
    """Return the entry point that the ``neo4j`` jar names (its name differs between lines)."""
    service = "META-INF/services/org.neo4j.server.startup.EntryPoint"
    with zipfile.ZipFile(jars / f"neo4j-{version}.jar") as jar:
        lines = jar.read(service).decode("utf-8").splitlines()
    return next(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Neo4jServer:
    """One server: ``with Neo4jServer() as server: server.url, server.password``.

    A server that was killed may be started again on the same data (``kill``, then ``start``).
    Without ``home`` the data rests in a temporary folder that ``stop`` removes. ``settings`` go
    into neo4j.conf; ``brief``: a server for minutes, which starts and plans sooner.
    """

    def __init__(
        self,
        line: str = "5",
        *,
        home: Path | None = None,
        heap: str = "512m",
        settings: Mapping[str, str] | None = None,
        brief: bool = True,
    ) -> None:
        self.line = LINES[line]
        self._settings = dict(settings or {})
        self._temporary = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix="chainmap-neo4j-"))
        self._heap = heap
        self._flags = _BRIEF if brief else ()
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._console: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The store URL, without the password."""
        return f"neo4j://neo4j@127.0.0.1:{self._port}/neo4j"

    @property
    def password_file(self) -> Path:
        """The file that holds the password; only its owner may read it."""
        return self.home / "password"

    @property
    def password(self) -> str:
        """The random password of this server."""
        return self.password_file.read_text(encoding="ascii")

    def start(self) -> Self:
        """Start and wait until the server answers over Bolt.

        Raises
        ------
        ServerFailed
            When it cannot be fetched or does not answer; the message ends with its logs.
        """
        java = find_java(self.line.java)
        jars = fetch_jars(self.line)
        environment = self._write_home()
        classpath = str(jars / "*")
        if not self.password_file.exists():
            self._set_password(java, classpath, environment)
        main = _main_class(jars, self.line.version)
        command = [str(java), *_OPENS, *self._flags, f"-Xmx{self._heap}", "-cp", classpath, main]
        command += [f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"]
        self._console = (self.home / "logs" / "console.log").open("ab")
        # A session of its own: Ctrl-C reaches us, and we stop the server in order.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._console,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        try:
            self._wait_for_bolt()
        except BaseException:
            self.kill()
            raise
        return self

    def _write_home(self) -> dict[str, str]:
        for name in ("conf", "data", "logs", "run", "plugins", "import"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        conf = self.home / "conf" / "neo4j.conf"
        text = _CONF.format(port=self._port, heap=self._heap)
        text += "".join(f"{name}={value}\n" for name, value in self._settings.items())
        conf.write_text(text, encoding="utf-8")
        places = {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(conf.parent)}
        return {**os.environ, **places}

    def _set_password(self, java: Path, classpath: str, environment: dict[str, str]) -> None:
        password = secrets.token_hex(16)
        command = [str(java), "-cp", classpath, "org.neo4j.cli.AdminTool"]
        command += ["dbms", "set-initial-password", password]
        told = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if told.returncode != 0:
            shown = (told.stdout + told.stderr).replace(password, "***")
            msg = f"setting the first password failed:\n{shown}"
            raise ServerFailed(msg)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(password, encoding="ascii")

    def _wait_for_bolt(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if not self.is_running():
                msg = f"Neo4j {self.line.version} ended while starting\n{self.logs()}"
                raise ServerFailed(msg)
            if self._listens() and self._answers():
                return
            time.sleep(0.2)
        msg = f"Neo4j {self.line.version} does not answer after {START_SECONDS} s\n{self.logs()}"
        raise ServerFailed(msg)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def _answers(self) -> bool:
        address, auth = f"bolt://127.0.0.1:{self._port}", ("neo4j", self.password)
        with GraphDatabase.driver(address, auth=auth) as driver:
            try:
                driver.execute_query("RETURN 1", database_="neo4j")
            except (DriverError, Neo4jError):
                return False
        return True

    def logs(self) -> str:
        """Return the ends of the server's logs."""
        told = []
        for log in sorted((self.home / "logs").glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            told += [f"--- {log.name}", *lines[-40:]]
        return "\n".join(told)

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the server at once, as a power cut would; its data stays."""
        if self._process is not None:
            self._process.kill()
        self._reap()

    def stop(self) -> None:
        """Shut the server down in order; remove its data when it rests in a temporary folder."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._reap()
        if self._temporary:
            shutil.rmtree(self.home, ignore_errors=True)

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self._console is not None:
            self._console.close()
            self._console = None

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *exc: object) -> None:
        self.stop()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C, so that the server never outlives this program."""
    raise KeyboardInterrupt


def main() -> int:
    """Run a server until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(description="A real Neo4j on loopback, until Ctrl-C.")
    parser.add_argument("--line", choices=sorted(LINES), default="5", help="5 (LTS) or 2026")
    parser.add_argument("--home", type=Path, help="keep the data here (default: temporary)")
    parser.add_argument("--heap", default="1g", help="Java heap (default: 1g)")
    chosen = parser.parse_args()
    home = chosen.home.resolve() if chosen.home else None
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Neo4jServer(chosen.line, home=home, heap=chosen.heap, brief=False) as server:
            _tell(server)
            while server.is_running():
                time.sleep(0.5)
            print(server.logs(), file=sys.stderr)
            return 1
    except ServerFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _tell(server: Neo4jServer) -> None:
    lines = (
        f"Neo4j {server.line.version}: {server.url}",
        f"password in {server.password_file}",
        "",
        "  chainmap:",
        f"    export CHAINMAP_STORE='{server.url}'",
        f'    export CHAINMAP_STORE_PASSWORD="$(cat {server.password_file})"',
        "  tests:",
        f"    export CHAINMAP_TEST_NEO4J_URL='{server.url}'",
        f'    export CHAINMAP_TEST_NEO4J_PASSWORD="$(cat {server.password_file})"',
        "  (PowerShell: $env:NAME = Get-Content FILE)",
        "",
        "Ctrl-C stops it.",
    )
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
