-- Names of a day's work are codes; rows kept words for people, which a change of wording would have orphaned.
UPDATE job SET name = n.code
FROM (VALUES
    ('tell the day', 'tell-day'),
    ('retry lines held aside', 'retry-lines'),
    ('sort months', 'sort-months'),
    ('write chunks', 'write-chunks'),
    ('issue statements', 'issue-statements'),
    ('pay institutions', 'pay-institutions'),
    ('begin periods', 'begin-periods')
) AS n (words, code)
WHERE name = n.words;
