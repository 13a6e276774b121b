-- Where the patient is at home (统筹区): the area of the policy in force; '' before that was kept: the insured area.
ALTER TABLE visit ADD COLUMN pooling_area text NOT NULL DEFAULT '';
