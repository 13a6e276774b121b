-- How the patient left (离院方式): nobody is admitted after a death. Unknown of stays that ended before.
ALTER TABLE visit ADD COLUMN discharge_way text;
