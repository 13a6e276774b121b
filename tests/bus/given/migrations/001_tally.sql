CREATE TABLE tally (person_id text PRIMARY KEY, count int NOT NULL) WITH (fillfactor = 70);
CREATE TABLE effect (request_id text NOT NULL, person_id text NOT NULL, number int NOT NULL);
COMMENT ON TABLE effect IS 'append-only: one row an effect';
CREATE TABLE lasting (filing_id text PRIMARY KEY);
CREATE TABLE closed (day date PRIMARY KEY);
CREATE TABLE mood (bad boolean);
CREATE TABLE pace (seconds real);
