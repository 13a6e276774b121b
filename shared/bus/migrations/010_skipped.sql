-- Records that an operator has a stream step over, with their bytes where they could be read, and why.
CREATE TABLE skipped (
    topic text NOT NULL,
    partition int NOT NULL,
    number bigint NOT NULL,
    record bytea NOT NULL,
    because text NOT NULL,
    skipped_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, number)
);
COMMENT ON TABLE skipped IS 'append-only: what was stepped over stays known';
