-- Why a coverage ended or is suspended (停保原因); NULL where that was not told.
ALTER TABLE coverage ADD COLUMN ended_because text;
