#!/bin/bash
# One user and one database for each owner, made when PostgreSQL first starts.
set -euo pipefail
for owner in guard auditor gateway; do
  # The password goes through standard input: never onto a command line.
  psql --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<SQL
\set password \`cat /run/secrets/store-$owner\`
CREATE USER $owner PASSWORD :'password';
CREATE DATABASE $owner OWNER $owner;
REVOKE CONNECT ON DATABASE $owner FROM PUBLIC;
SQL
done
