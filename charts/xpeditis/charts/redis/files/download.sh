#!/bin/sh
# Fetches a backup and compares it with its checksum.
set -eu
cd /backup
folder="storage:$BUCKET/$PREFIX"
name=$RESTORE_FROM
if [ "$name" = latest ]; then
  name=$(rclone lsf "$folder" --include 'redis-*.rdb.sha256' | sort | tail -n 1)
  name=${name%.sha256}
  [ -n "$name" ] || { echo "there is no backup in $folder" >&2; exit 1; }
fi
echo "restoring $folder/$name"
rclone copyto "$folder/$name" dump.rdb
rclone copyto "$folder/$name.sha256" dump.rdb.sha256
[ -e dump.rdb.sha256 ] || { echo "there is no backup $folder/$name" >&2; exit 1; }
sha256sum -c dump.rdb.sha256
