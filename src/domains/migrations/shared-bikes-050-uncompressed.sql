-- A whole fleet is some 15 MB of names and numbers that live for a minute: pressing them costs seconds and gains nothing.
alter table shared_bikes_sightings alter column batch set storage external;
alter table shared_bikes_fleet alter column vehicles set storage external;
