-- What was in scope of a visit's settlement: the bands of a stay that is settled in between (中途结算) go on there.
ALTER TABLE visit ADD COLUMN in_scope_fen bigint NOT NULL DEFAULT 0;
