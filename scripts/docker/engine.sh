# For CI: a docker engine of its own, as root. To be sourced.

# Starts dockerd, for as long as this shell runs, and waits until it answers; shows its log where it does not.
start_engine() {
  engine_log=$(mktemp)
  dockerd >"$engine_log" 2>&1 &
  engine=$!
  trap stop_engine EXIT
  for _ in $(seq 60); do
    if docker version >/dev/null 2>&1; then
      keep_bridge_address
      return
    fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 1
  done
  echo "dockerd does not answer:" >&2
  cat "$engine_log" >&2
  return 1
}

# Debian's engine lets recent kernels give its bridge the hardware address of whichever container is there: when that one
# ends, what the others send goes nowhere for seconds. An address that was set stays.
keep_bridge_address() {
  [ "$(cat /sys/class/net/docker0/addr_assign_type 2>/dev/null)" = 1 ] || return 0
  ip link set docker0 address 02:42:ac:11:00:01
}

stop_engine() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" || true
  rm -f "$engine_log"
}
