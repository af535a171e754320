-- Where a case lies, so that a new finding is compared with its neighbours only and not with every open case of the city.
alter table cases add column longitude float8, add column latitude float8;
update cases set longitude = (record #>> '{place,0}')::float8, latitude = (record #>> '{place,1}')::float8;
alter table cases alter column longitude set not null, alter column latitude set not null;
create index cases_open_place on cases (longitude, latitude) where is_open;
