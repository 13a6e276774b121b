-- Junk beyond what is kept of one sender: counted, not kept. Senders that are not registered count as one.
CREATE TABLE left_out (
    asker text NOT NULL,
    reason text NOT NULL,
    messages bigint NOT NULL,
    bytes bigint NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (asker, reason)
);
