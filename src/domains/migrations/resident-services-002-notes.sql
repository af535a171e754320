-- What a worker wrote down with a step: nobody opened, the bell is broken. For the party, not for the resident.
ALTER TABLE resident_services_steps ADD COLUMN note text;
