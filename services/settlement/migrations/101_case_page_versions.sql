-- Every case page (住院病案首页) that was taken, with what it said: the one that `case_page` names counts.
CREATE TABLE case_page_version (
    visit_id text NOT NULL,
    discharge_id text NOT NULL,
    number int NOT NULL,
    page_id text NOT NULL,
    corrects_page_id text,
    received_on date NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (visit_id, number)
);
COMMENT ON TABLE case_page_version IS 'append-only: a page is replaced by a later one, and stays';
