"""Kafka's jar files: fetched by jgo from wherever this machine gets Maven artifacts, and locked by hash.

``kafka.lock`` names each file as group:artifact:version and SHA-256. To renew it after changing
ENDPOINTS: ``python -m shared.stack.broker.jars``.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import requests
from jgo.config import GlobalSettings
from jgo.maven import Artifact, MavenContext

from shared.stack.error import StackError

LOCK = Path(__file__).with_name("kafka.lock")
KAFKA_VERSION = "4.1.2"
# kafka-clients is named by itself: left to the resolver, a version managed by another
# artifact's parent may be picked, and the broker dies with NoSuchMethodError.
ENDPOINTS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
)
# Kept out of the resolution, whose versions of other jars it would override.
LOGGING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3"


def fetch() -> list[Path]:
    """Paths of all jars in the lock's order, downloading and checking what is missing.

    Raises StackError when a jar cannot be had or is not the locked one.
    """
    context = _maven()
    rows = [line.split() for line in LOCK.read_text().splitlines()]
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(lambda row: fetch_one(context, *row), rows))


def fetch_one(context: MavenContext, coordinate: str, sha256: str) -> Path:
    """Path of one jar, checked. Raises StackError when it cannot be had or is not the locked one."""
    artifact = _artifact(context, coordinate)
    path = _resolve(artifact)
    if _sha256(path) != sha256 and path.is_relative_to(context.repo_cache):
        # A download that was cut short stays in the local repository: once more.
        path.unlink()
        path = _resolve(artifact)
    if _sha256(path) != sha256:
        raise StackError(
            f"{coordinate} 的校验和与锁定文件不符({path})。请检查 Maven 镜像。",
            f"{coordinate} differs from the locked checksum ({path}). Check this machine's Maven mirror.",
        )
    return path


def _resolve(artifact: Artifact) -> Path:
    try:
        return Path(artifact.resolve())
    except (requests.RequestException, RuntimeError, OSError) as error:
        raise StackError(
            f"无法下载 {artifact}:{error}。请检查网络、代理(HTTPS_PROXY)或 ~/.m2/settings.xml 中的镜像。",
            f"Cannot download {artifact}. Check the network, the proxy (HTTPS_PROXY) or the mirror in "
            "~/.m2/settings.xml; or give a broker with YIDI_KAFKA.",
        ) from error


def _artifact(context: MavenContext, coordinate: str) -> Artifact:
    group, name, version = coordinate.split(":")
    return context.project(group, name).at_version(version).artifact()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _maven() -> MavenContext:
    """The usual sources of jgo, plus those of its own settings file, or a mirror this machine prescribes."""
    settings = GlobalSettings.load()
    mirror = mirror_of_central(Path.home() / ".m2" / "settings.xml")
    remotes = {"mirror": mirror} if mirror else {**MavenContext().remote_repos, **settings.repositories}
    return MavenContext(repo_cache=settings.repo_cache, remote_repos=remotes, timeout=60)


def mirror_of_central(settings_xml: Path) -> str | None:
    """Address of the mirror that a Maven settings file prescribes for the central repository."""
    if not settings_xml.exists():
        return None
    mirrors = ElementTree.parse(settings_xml).getroot().iterfind("{*}mirrors/{*}mirror")
    for mirror in mirrors:
        covered = (mirror.findtext("{*}mirrorOf") or "").replace(" ", "").split(",")
        if {"*", "central", "external:*"} & set(covered):
            return (mirror.findtext("{*}url") or "").strip().rstrip("/") or None
    return None


def resolve() -> Sequence[str]:
    """The lines of a fresh lock: what ENDPOINTS need today."""
    context = _maven()
    named, further = context.resolver.resolve([context.create_dependency(endpoint) for endpoint in ENDPOINTS])
    coordinates = {f"{found.groupId}:{found.artifactId}:{found.version}" for found in [*named, *further]}
    artifacts = {coordinate: _artifact(context, coordinate) for coordinate in sorted(coordinates | {LOGGING})}
    return [f"{coordinate} {_sha256(_resolve(artifact))}" for coordinate, artifact in artifacts.items()]


if __name__ == "__main__":
    LOCK.write_text("\n".join(resolve()) + "\n")
