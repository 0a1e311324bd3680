#!/bin/sh
# Makes what compose.scale.yml hands to the containers by file, in secrets/. What is there already stays as it is.
set -eu
cd "$(dirname "$0")/.."
umask 022

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# Nobody else comes through the folder. The files themselves are readable: containers have other users, and see one each.
mkdir -p -m 700 secrets
[ -s secrets/secret_key ] || random > secrets/secret_key
[ -s secrets/postgres_password ] || random > secrets/postgres_password
[ -s secrets/database_url ] ||
  printf 'postgres://parley:%s@postgres:5432/parley' "$(cat secrets/postgres_password)" > secrets/database_url
