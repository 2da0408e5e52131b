#!/bin/sh
# Shuts the embedded PostgreSQL down when nobody has used it for a while.
#
# Why a process of its own: the server must outlive a `kill -9` of the product long enough to be adopted by the next
# start (so no PDEATHSIG, which would end it at once, or with the thread that forked it), yet must not stay for ever.
# Why sh: it costs one megabyte where a second Node costs forty.
#
# Arguments: owners folder, pid and start token of the postmaster, seconds of grace, seconds between looks.
# The owners folder and its rule (who removes it may stop the server) are described in owners.ts.
owners=$1 server=$2 server_token=$3 grace=$4 tick=$5

# alive PID TOKEN: the same answer as isAlive() in process-table.ts.
alive() {
  if [ -d /proc/self ]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086 # split into fields on purpose
    set -- "$2" $stat
    case $2 in Z | X | x) return 1 ;; esac
    [ "${21}" = "$1" ]
  else
    case $(ps -o stat= -p "$1") in '' | Z*) return 1 ;; esac
    [ "$(LC_ALL=C ps -o lstart= -p "$1" | tr -cd 'A-Za-z0-9')" = "$2" ]
  fi
}

unused=0
while alive "$server" "$server_token"; do
  used=no
  for file in "$owners"/*; do
    [ -e "$file" ] || continue
    name=${file##*/} pid=${file##*/}
    pid=${pid%%-*} token=${name#*-}
    token=${token%%-*}
    if alive "$pid" "$token"; then used=yes; elif [ "$unused" -ge "$grace" ]; then rm -f "$file"; fi
  done
  if [ $used = yes ]; then
    unused=0
  elif [ "$unused" -ge "$grace" ]; then
    if rmdir "$owners" 2>/dev/null || [ ! -d "$owners" ]; then kill -INT "$server" 2>/dev/null; fi
  fi
  sleep "$tick"
  unused=$((unused + tick))
done
