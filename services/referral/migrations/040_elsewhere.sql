-- Who lives elsewhere and cannot join the insurance there (000 五(三)); why an emergency was away (004-2 三).
ALTER TABLE filing ADD COLUMN cannot_join_locally boolean NOT NULL DEFAULT false,
    ADD COLUMN trip_reason text;
