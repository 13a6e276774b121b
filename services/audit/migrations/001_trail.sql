-- The evidence trail: one row a message heard; its byte form is frozen in rules/trail.py.
CREATE TABLE record (
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    log_offset bigint NOT NULL,
    envelope text NOT NULL,
    body_digest bytea NOT NULL,
    chain_hash bytea NOT NULL,
    PRIMARY KEY (topic, partition, number)
);
COMMENT ON TABLE record IS 'append-only: evidence';

-- The end of each chain, moved once a batch.
CREATE TABLE head (
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    chain_hash bytea NOT NULL,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 20);

CREATE TABLE sealed_head (
    sealed_on date NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    chain_hash bytea NOT NULL,
    PRIMARY KEY (topic, partition, sealed_on)
);
COMMENT ON TABLE sealed_head IS 'append-only: evidence';

CREATE TABLE root (
    sealed_on date PRIMARY KEY,
    root bytea NOT NULL,
    records bigint NOT NULL
);
COMMENT ON TABLE root IS 'append-only: evidence';

-- Where an id is spoken of: an index of the trail, which can be made again from it and the log.
CREATE TABLE mention (
    subject_id text NOT NULL,
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL
);
CREATE INDEX mention_subject ON mention (subject_id);
COMMENT ON TABLE mention IS 'append-only: index of the evidence';

-- Deadlines missed, each told once.
CREATE TABLE missed (
    exchange text NOT NULL,
    subject_id text NOT NULL,
    party text NOT NULL,
    area text NOT NULL,
    due_on date NOT NULL,
    heard_on date,
    PRIMARY KEY (exchange, subject_id)
);

-- Exchanges counted by class, area, party and month of the due day.
CREATE TABLE tally (
    exchange text NOT NULL,
    area text NOT NULL,
    party text NOT NULL,
    month text NOT NULL,
    on_time bigint NOT NULL,
    late bigint NOT NULL,
    overdue bigint NOT NULL,
    PRIMARY KEY (exchange, area, party, month)
) WITH (fillfactor = 70);

CREATE TABLE known_statement (
    statement_id text PRIMARY KEY,
    party text NOT NULL,
    area text NOT NULL,
    pay_by date,
    paid_on date
);
CREATE INDEX known_statement_unpaid ON known_statement (pay_by, statement_id) WHERE paid_on IS NULL;
