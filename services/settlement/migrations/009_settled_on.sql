-- A day's or a month's settlements (试算, 月度统计) are found among years of them: rows come in the order of their
-- days, so a summary of each stretch of the table is enough. Vacuum makes the newest stretches' summaries; until
-- then those are read whole.
CREATE INDEX settlement_settled_on ON settlement USING brin (settled_on) WITH (pages_per_range = 32, autosummarize);
