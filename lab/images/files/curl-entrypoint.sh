#!/bin/sh
# As upstream's: options, or anything that is no command, are meant for curl.
if [ "${1#-}" != "$1" ] || ! command -v "$1" >/dev/null; then
  set -- curl "$@"
fi
exec "$@"
