"""The servers yidi stands on: an embedded Kafka and PostgreSQL, or given ones. Plain blocking functions."""

from shared.stack.broker.kafka import kafka_pid, prepare_kafka, start_kafka, stop_kafka
from shared.stack.error import StackError
from shared.stack.postgres import postgres_pid, start_postgres, stop_postgres
from shared.stack.servers import Servers, at_work, database_at_work, down, require_answers, up
from shared.stack.status import status

__all__ = [
    "Servers",
    "StackError",
    "at_work",
    "database_at_work",
    "down",
    "kafka_pid",
    "postgres_pid",
    "prepare_kafka",
    "require_answers",
    "start_kafka",
    "start_postgres",
    "status",
    "stop_kafka",
    "stop_postgres",
    "up",
]
