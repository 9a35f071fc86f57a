-- Two users, two databases. Ids are compared and sorted: the fleet's database sorts bytes.
-- Passwords: \password fleet and \password prefect in psql, or a certificate each.
CREATE ROLE fleet LOGIN;
CREATE ROLE prefect LOGIN;
CREATE DATABASE fleet OWNER fleet TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
CREATE DATABASE prefect OWNER prefect TEMPLATE template0 ENCODING 'UTF8';
