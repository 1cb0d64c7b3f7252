#!/bin/sh
# Before Redis stops: a complete snapshot beside the log, for whoever has to copy or move the volume.
REDISCLI_AUTH=$(cat /run/redis/server/backup)
export REDISCLI_AUTH
exec redis-cli -e -h 127.0.0.1 -p "$REDIS_PORT" --user backup save
