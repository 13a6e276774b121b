-- What a log had let go of before this service read it, from an offset up to the one it goes on at; written
-- when an operator adopts what is left.
CREATE TABLE lost (
    topic text NOT NULL,
    partition int NOT NULL,
    from_offset bigint NOT NULL,
    to_offset bigint NOT NULL,
    adopted_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE lost IS 'append-only: what was never read stays known';

-- Something was lost since this source was last heard: its next fact is taken whatever came before it.
ALTER TABLE heard ADD COLUMN torn boolean NOT NULL DEFAULT false;
