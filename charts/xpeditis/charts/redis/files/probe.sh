#!/bin/sh
# probe.sh live|ready: redis-cli ends with 0 whatever Redis answers, so the answer itself decides.
REDISCLI_AUTH=$(cat /run/redis/server/probe)
export REDISCLI_AUTH
answer=$(redis-cli -h 127.0.0.1 -p "$REDIS_PORT" --user probe ping 2>&1)
case "$1 $answer" in
  *" PONG") exit 0 ;;
  "live LOADING "* | "live BUSY "* | "live MASTERDOWN "*) exit 0 ;;
esac
echo "not $1: $answer" >&2
exit 1
