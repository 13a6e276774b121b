-- What the shell keeps for a service, in that service's schema.

-- A stream: one inbound partition as this service reads it. Who moves its turn owns the stream.
-- day: heard; passed: all work of the day is done and told.
CREATE TABLE stream (
    topic text NOT NULL,
    partition int NOT NULL,
    turn bigint NOT NULL DEFAULT 0,
    next_offset bigint NOT NULL,
    day date,
    passed date,
    relayed bigint NOT NULL DEFAULT 0,
    cluster_id text NOT NULL,
    topic_id text NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 20);

-- The last sequence heard from each source stream in each inbound partition, and the day it has reached.
CREATE TABLE heard (
    topic text NOT NULL,
    partition int NOT NULL,
    source_stream text NOT NULL,
    sequence bigint NOT NULL,
    day date,
    PRIMARY KEY (topic, partition, source_stream)
) WITH (fillfactor = 50);

-- The last sequence a stream sent to each outgoing partition; to_topic '' is the stream's own counter.
CREATE TABLE outlet (
    topic text NOT NULL,
    partition int NOT NULL,
    to_topic text NOT NULL,
    to_partition int NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (topic, partition, to_topic, to_partition)
) WITH (fillfactor = 50);

-- Pages of what was said, in order; kept for days, so that a lost broker can be filled again.
CREATE TABLE outbox (
    topic text NOT NULL,
    partition int NOT NULL,
    first_sequence bigint NOT NULL,
    records int NOT NULL,
    to_topic text NOT NULL,
    to_partition int NOT NULL,
    page bytea NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, first_sequence)
);
ALTER TABLE outbox ALTER COLUMN page SET STORAGE EXTERNAL;

-- Requests from outside, each decided once, with their first answer.
CREATE TABLE inbox (
    source text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    digest bytea NOT NULL,
    code text NOT NULL,
    answer bytea NOT NULL,
    position text NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);

-- Messages that stand aside: awaiting a fact, waiting behind one that does, or parked with a reason:
-- PARKED ones block the later ones of their key, JUNK from a node stands alone.
CREATE TABLE held (
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    key text NOT NULL,
    source text NOT NULL,
    why text NOT NULL CHECK (why IN ('AWAITS', 'BEHIND', 'PARKED', 'JUNK')),
    needs text NOT NULL DEFAULT '',
    expires_at timestamptz,
    released boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT '',
    record bytea NOT NULL,
    held_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, number)
);

CREATE INDEX held_parked ON held (topic, partition, key) WHERE why = 'PARKED' AND NOT released;

-- Parked messages that an operator gave up, with their bytes and why.
CREATE TABLE dropped (
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    key text NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    record bytea NOT NULL,
    because text NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dropped IS 'append-only: what was given up stays known';

-- Work that a day brought to a stream; done in pages, in cursor order.
CREATE TABLE job (
    topic text NOT NULL,
    partition int NOT NULL,
    day date NOT NULL,
    name text NOT NULL,
    number int NOT NULL,
    cursor text NOT NULL DEFAULT '',
    done boolean NOT NULL DEFAULT false,
    PRIMARY KEY (topic, partition, day, number)
);
CREATE INDEX job_open ON job (topic, partition) WHERE NOT done;

-- The day that all streams of the service have reached; its one row serialises those who raise it.
CREATE TABLE service_day (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    day date
);
INSERT INTO service_day DEFAULT VALUES;

-- The register of nodes, as far as answers need it.
CREATE TABLE node (
    node_id text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL
);
INSERT INTO node VALUES ('operator', 'operator', 'operator');
