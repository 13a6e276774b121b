-- The electronic prescriptions (电子处方) that a bill dispensed, separated by spaces; a reversal of the settlement
-- frees them. Bills without one, nearly all, cost the index nothing.
ALTER TABLE settlement ADD COLUMN prescriptions text;
CREATE INDEX settlement_prescriptions ON settlement USING gin (string_to_array(prescriptions, ' '))
    WHERE prescriptions IS NOT NULL;
