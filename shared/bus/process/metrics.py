"""Metrics of the shell (监控指标), in base units; labels never hold a person, a visit or an institution."""

from prometheus_client import Counter, Gauge, Histogram

_LABELS = ("service", "lane")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

LAG = Gauge(
    "yidi_lag_seconds",
    "Age of the oldest message not decided, or of the broker's last word, by topic",
    (*_LABELS, "topic"),
)
BATCH = Histogram(
    "yidi_batch_messages", "Messages a turn", _LABELS, buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500)
)
DECIDE = Histogram("yidi_decide_seconds", "Load, rules and save of a turn", _LABELS, buckets=_SECONDS)
COMMIT = Histogram("yidi_commit_seconds", "A turn from BEGIN to COMMIT", _LABELS, buckets=_SECONDS)
MESSAGES = Counter("yidi_messages_total", "Messages decided", _LABELS)
REPEATS = Counter("yidi_repeats_total", "Requests and facts heard again", _LABELS)
DEFERRED = Counter("yidi_deferred_total", "Messages that had to wait", _LABELS)
PARKED = Counter("yidi_parked_total", "Messages parked with a reason", _LABELS)
FENCE_LOSSES = Counter("yidi_fence_losses_total", "Turns dropped because another owner was ahead", _LABELS)
ANSWER_LIMIT_S = 0.8
"""How long 95 of 100 answers may take at most (响应时间): the national mean of settlements at a desk in 2024;
001 (二十五) asks for short times and gives no figure."""
ANSWER = Histogram(
    "yidi_answer_seconds",
    "From a request on Kafka to its answer on Kafka, by kind of request",
    (*_LABELS, "request"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, ANSWER_LIMIT_S, 1.5, 3, 10),
)
OUTBOX_AGE = Gauge("yidi_outbox_age_seconds", "Age of the oldest committed page not yet on Kafka", _LABELS)
