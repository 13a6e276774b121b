-- Facts that stood aside (暂存) and were decided later: on which business day of their stream. What is made anew from
-- the log (`yidi rebuild SERVICE known`) decides them on that day too, and not on the one on which they came.
CREATE TABLE freed (
    stream text NOT NULL,
    sequence bigint NOT NULL,
    day date,
    PRIMARY KEY (stream, sequence)
);
