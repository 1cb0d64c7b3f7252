#!/bin/sh
# Before Redis starts: gives the users their passwords, which only ever lie in files in memory. Redis gets hashes.
set -eu
umask 077

password_of() {
  password=$(cat "/etc/redis-secrets/$1")
  [ -n "$password" ] || { echo "the password of the user $1 is empty" >&2; exit 1; }
  printf %s "$password"
}

mkdir -p /run/redis/server /run/redis/exporter
while read -r _ user rules; do
  hash=
  if [ "$user" != default ]; then
    password=$(password_of "$user")
    hash=" #$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)"
  fi
  echo "user $user $rules$hash"
done < /etc/redis/users.acl > /run/redis/server/users.acl

# The probes and the exporter keep the passwords that this start of Redis knows, whatever becomes of the Secret.
for user in probe backup; do
  [ ! -e "/etc/redis-secrets/$user" ] || password_of "$user" > "/run/redis/server/$user"
done
if [ -e /etc/redis-secrets/exporter ]; then
  password=$(password_of exporter)
  escaped=$(printf %s "$password" | sed 's/[\\"]/\\&/g')
  printf '{"%s":"%s"}\n' "$EXPORTER_ADDRESS" "$escaped" > /run/redis/exporter/passwords.json
fi
