#!/bin/sh
# Fetches a snapshot from Redis over the network, as a replica would.
set -eu
REDISCLI_AUTH=$(cat /etc/redis-secrets/backup)
export REDISCLI_AUTH

redis() {
  redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" --user backup "$@"
}

# Network policies reach a new pod some seconds late.
attempt=1
until answer=$(redis ping 2>&1) && [ "$answer" = PONG ]; do
  [ "$attempt" -lt 30 ] || { echo "Redis does not answer: $answer" >&2; exit 1; }
  attempt=$((attempt + 1))
  sleep 2
done

cd /backup
redis --rdb dump.rdb
redis-check-rdb dump.rdb
size=$(wc -c < dump.rdb)
if [ "$size" -lt "$MINIMUM_BYTES" ]; then
  echo "the snapshot has $size bytes, less than redis.backup.minimumBytes ($MINIMUM_BYTES): has Redis lost its data?" >&2
  exit 1
fi
sha256sum dump.rdb > dump.rdb.sha256
