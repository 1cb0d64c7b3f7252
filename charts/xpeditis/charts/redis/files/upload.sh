#!/bin/sh
# Stores the snapshot, reads it back, and only then deletes what is too old.
set -eu
cd /backup
folder="storage:$BUCKET/$PREFIX"
name=$(date -u +redis-%Y%m%dT%H%M%SZ.rdb)

rclone copyto dump.rdb "$folder/$name"
stored=$(rclone cat "$folder/$name" | sha256sum)
[ "$stored" = "$(sha256sum < dump.rdb)" ] || { echo "$folder/$name is not what was sent" >&2; exit 1; }
# Last, so that only a backup with a checksum is a complete one.
rclone copyto dump.rdb.sha256 "$folder/$name.sha256"
echo "stored $folder/$name, $(wc -c < dump.rdb) bytes"

rclone delete "$folder" --include 'redis-*.rdb' --include 'redis-*.rdb.sha256' --min-age "${KEEP_DAYS}d" --use-server-modtime
