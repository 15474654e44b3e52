# Shared by setup, demo and test: where we are, how we speak.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script="scripts/$(basename "$0")"
started=$SECONDS

say() { printf '%s\n' "$*"; }
step() { printf '== %s (%d s)\n' "$*" "$((SECONDS - started))"; }
die() { printf '%s: %s\n' "$script" "$*" >&2; exit 1; }

# free_megabytes FOLDER: what is left on its disk.
free_megabytes() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }

# need_space FOLDER MEGABYTES WHAT
need_space() {
  local free
  free=$(free_megabytes "$1")
  [ "$free" -ge "$2" ] || die "the disk of $1 has $free MB free, $3 needs $2 MB. Free some space and run this again."
}
