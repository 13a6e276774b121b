-- The topic that a chain's head was heard from: where the stream's is another, the chain says so first.
ALTER TABLE head ADD COLUMN topic_id text NOT NULL DEFAULT '';
ALTER TABLE head ADD COLUMN generation int NOT NULL DEFAULT 1;
