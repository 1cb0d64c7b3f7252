#!/bin/sh
# Makes a log of the backup's snapshot, beside the data, and then takes its place. What was there stays in /data/replaced
# until the next restore.
set -eu
socket=/tmp/redis.sock

redis() {
  redis-cli -s "$socket" "$@"
}

redis-check-rdb /backup/dump.rdb
rm -rf /data/restoring
mkdir /data/restoring
cp /backup/dump.rdb /data/restoring/dump.rdb

# With a snapshot and a log Redis reads the log only: so it loads the snapshot without one, and then begins one. Nobody else
# can reach it: it listens on a socket in this container.
redis-server --port 0 --unixsocket "$socket" --dir /data/restoring --appendonly no --save '' &
server=$!
until [ "$(redis ping 2>/dev/null)" = PONG ]; do
  kill -0 "$server" || { echo "Redis cannot load the backup" >&2; exit 1; }
  sleep 1
done
echo "the backup has $(redis dbsize) keys"
redis config set appendonly yes
while redis info persistence | grep -Eq '^aof_rewrite_(in_progress|scheduled):1'; do sleep 1; done
redis info persistence | grep -q '^aof_last_bgrewrite_status:ok' || { echo "the log cannot be written" >&2; exit 1; }
redis shutdown nosave
wait "$server"

if [ -e /data/appendonlydir ]; then
  rm -rf /data/replaced
  mkdir /data/replaced
  mv /data/appendonlydir /data/replaced/
fi
mv /data/restoring/appendonlydir /data/
rm -rf /data/restoring /data/dump.rdb
sync
echo "restored; set redis.restore.enabled to false to start Redis"
