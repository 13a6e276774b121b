"""The embedded Apache Kafka: one node in KRaft mode (no ZooKeeper), data in the home folder."""

import base64
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from confluent_kafka import Consumer, KafkaException, TopicPartition

from shared.settings import Settings
from shared.stack import ports
from shared.stack.broker.java import BROKER, FORMATTER, PACKAGE, Java, prepare
from shared.stack.error import ServerDiedError, StackError
from shared.stack.private import UMASK, make_folder, write_text
from shared.stack.watch.process import find, only_one, spawn, stop, wait_until

PORT, CONTROLLER_PORT = "kafka", "kafka-controller"
CHECKPOINT = "bootstrap.checkpoint"
START_S, STOP_S, ANSWER_S = 90.0, 20.0, 2.0
# One group for each partition of the offsets topic: a letter's hash is its code.
GROUPS = ["a", "b", "c", "d"]


def start_kafka(settings: Settings) -> str:
    """Bootstrap address of the running broker, started if it is not running; ready for consumer groups.

    Heals what a kill -9 leaves. Raises StackError when the broker cannot be started.
    """
    folder = _folder(settings.home)
    with only_one(folder / "lock"):
        process = running(settings)
        if process is not None:
            with suppress(ServerDiedError):  # it was already dying when we found it
                return _wait(process, settings.home)
        java = prepare_kafka(settings)
        _write_properties(folder, settings.home)
        _format_if_new(java, folder)
        process = _launch(java, folder, settings.home, java.use_aot())
        return _wait(process, settings.home)


def stop_kafka(settings: Settings) -> None:
    """Stop the broker cleanly; kill it if it does not stop."""
    with only_one(_folder(settings.home) / "lock"):
        process = running(settings)
        if process is not None:
            stop(process, signal.SIGTERM, STOP_S)


def kafka_pid(settings: Settings) -> int | None:
    """Process id of the embedded broker, None when it does not run."""
    process = running(settings)
    return process.pid if process else None


def prepare_kafka(settings: Settings) -> Java:
    """Download the jars and train the start-up cache, once a version and user; seconds, then nothing."""
    return prepare(settings.cache, _train)


def running(settings: Settings) -> psutil.Process | None:
    """The broker's process, None when it does not run."""
    return find("java", str(_properties(_folder(settings.home))))


def address(settings: Settings) -> str:
    """Where the embedded broker listens, or did when it last ran."""
    return f"{ports.HOST}:{ports.read(settings.home, PORT) or 0}"


def answers(bootstrap: str) -> bool:
    """The broker serves metadata and coordinates every group: a first consumer will not be turned away."""
    return all(_is_coordinated(bootstrap, group) for group in GROUPS)


def _is_coordinated(bootstrap: str, group: str) -> bool:
    """Whether the group's coordinator answers, asked as a member asks it.

    Not asked of the administration: where its question about groups runs into its time limit, the library
    may end the whole process (an assertion on an answer that came after all).
    """
    options = {"bootstrap.servers": bootstrap, "log_level": 0, "reconnect.backoff.max.ms": 200}
    member = Consumer({**options, "group.id": group})
    try:
        member.committed([TopicPartition("any", 0)], timeout=ANSWER_S)
    except KafkaException:
        return False
    else:
        return True
    finally:
        member.close()


def _folder(home: Path) -> Path:
    return home / "kafka"


def _properties(folder: Path) -> Path:
    return folder / "server.properties"


def _log(home: Path) -> Path:
    return home / "logs" / "kafka.log"


def _launch(java: Java, folder: Path, home: Path, aot: Sequence[str]) -> psutil.Process:
    """Start the broker. Its temporary files (native libraries, left by a kill -9) stay in its folder."""
    scratch = folder / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    make_folder(scratch)
    options = [f"-Djava.io.tmpdir={scratch}", *aot]
    command = java.command(BROKER, str(_properties(folder)), options=options)
    return spawn(command, _log(home))


def _wait(process: psutil.Process, home: Path) -> str:
    """Bootstrap address, once the broker is ready."""
    port = ports.read(home, PORT) or 0
    bootstrap = f"{ports.HOST}:{port}"
    wait_until(lambda: ports.is_open(port) and answers(bootstrap), process, START_S, _log(home))
    return bootstrap


def _write_properties(folder: Path, home: Path) -> None:
    broker, controller = (f"{ports.HOST}:{ports.claim(home, name)}" for name in (PORT, CONTROLLER_PORT))
    write_text(
        _properties(folder),
        (PACKAGE / "kafka.properties").read_text()
        + f"\nlisteners=PLAINTEXT://{broker},CONTROLLER://{controller}"
        + f"\nadvertised.listeners=PLAINTEXT://{broker}"
        + f"\ncontroller.quorum.voters=1@{controller}"
        + f"\nlog.dirs={folder / 'data'}\n",
    )


def _format_if_new(java: Java, folder: Path) -> None:
    """Format the data folder unless it is formatted: as Kafka's own tool did once for this version.

    It is formatted beside and then moved, so that a kill leaves all or nothing. A folder that is only
    half formatted is made anew if it holds no log data; if it does, a person must look.
    """
    data, fresh = folder / "data", folder / "data.new"
    if (data / "meta.properties").exists() and (data / CHECKPOINT).exists():
        return
    if any(segment.stat().st_size for segment in data.rglob("*.log")):
        raise StackError(
            f"{data} 含有数据但缺少 meta.properties 或 bootstrap.checkpoint,不会覆盖。"
            "请从备份恢复,或移走该目录后重试。",
            f"{data} holds log data but lacks meta.properties or bootstrap.checkpoint and is not "
            "overwritten. Restore it from a backup, or move it away and start again.",
        )
    shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(fresh, ignore_errors=True)
    make_folder(fresh)
    shutil.copy(java.checkpoint, fresh / CHECKPOINT)
    # As the tool writes it beside the checkpoint (KIP-858).
    ids = f"cluster.id={random_id()}\ndirectory.id={random_id()}\nnode.id=1\nversion=1\n"
    write_text(fresh / "meta.properties", ids)
    fresh.rename(data)


def _make_checkpoint(java: Java, folder: Path) -> None:
    """Format a throw-away folder with Kafka's own tool, which takes a second, and keep what it wrote."""
    target = folder / "formatted"
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".properties") as properties:
        properties.write(_properties(folder).read_text().replace(str(folder / "data"), str(target)))
        properties.flush()
        command = java.command(FORMATTER, "format", "-t", random_id(), "-c", properties.name)
        done = subprocess.run(command, capture_output=True, text=True, check=False, umask=UMASK)
    if done.returncode:
        raise StackError(
            f"无法格式化 {target}:{done.stdout}{done.stderr}", f"Cannot format {target}; see the text above."
        )
    (target / CHECKPOINT).rename(java.checkpoint)


def random_id() -> str:
    """A random id in Kafka's form; one that starts with '-' would be taken for an option."""
    drawn = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return random_id() if drawn.startswith("-") else drawn


def _train(java: Java) -> None:
    """Run a broker once on a throw-away folder, so that later starts find their classes ready.

    One that was killed while it trained has left its broker and its files behind.
    """
    home = java.aot.parent / "training"
    folder, drawn = _folder(home), home / "kafka.aot"
    _clear(home)
    make_folder(folder)
    try:
        _write_properties(folder, home)
        _make_checkpoint(java, folder)
        _format_if_new(java, folder)
        _wait(_launch(java, folder, home, java.make_aot(drawn)), home)
        _end(home)
        if drawn.exists():
            drawn.rename(java.aot)
    finally:
        _clear(home)


def _clear(home: Path) -> None:
    _end(home)
    shutil.rmtree(home, ignore_errors=True)


def _end(home: Path) -> None:
    process = find("java", str(_properties(_folder(home))))
    if process is not None:
        stop(process, signal.SIGTERM, START_S)
