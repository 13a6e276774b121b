"""The bus (消息总线): how one message becomes one effect and its answer, written once for all services.

Kafka → batch → decode → one PostgreSQL transaction (fence, inbox, load, decide, save, outbox) → relay →
Kafka. A service supplies keys, load, decide and save; all that waits, retries or fails is here.
"""
