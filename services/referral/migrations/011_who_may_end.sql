-- The node that made a filing may end it; none before that was kept.
ALTER TABLE filing ADD COLUMN made_by text NOT NULL DEFAULT '';

-- The agencies (经办机构) of insured areas, by their area.
CREATE TABLE known_center (
    center_id text PRIMARY KEY,
    node_id text NOT NULL
);
CREATE INDEX known_center_node ON known_center (node_id);
