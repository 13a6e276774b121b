-- An agreement is signed again to renew or to change it; a visit is held to the terms of its day.
ALTER TABLE known_agreement DROP CONSTRAINT known_agreement_pkey, ADD PRIMARY KEY (agreement_id, in_force_from);
