-- What the admission was before each change (入院信息变更), oldest first, so that a change can be undone.
ALTER TABLE visit ADD COLUMN changes text[] NOT NULL DEFAULT '{}';
