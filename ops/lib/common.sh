# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the scripts that source this
# What every script here shares: where the project is, how to speak, how to stop.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

say() { printf '%s\n' "$*"; }

# die STATUS SENTENCE: 2 is a wrong call, 3 something this machine lacks, 1 everything else.
die() {
    local status=$1
    shift
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit "$status"
}

# Prints the calling script's opening comment, which is its help, and ends.
show_help() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit 0
}

need_command() { command -v "$1" > /dev/null || die 3 "$1 is missing; $2"; }

# Stops unless `swift` is there and at least 6.2.
need_swift() {
    need_command swift "install a Swift 6.2 or newer toolchain from https://www.swift.org/install/linux/ and put it on PATH."
    local said version major minor
    said="$(swift --version 2>&1)" || die 3 "the Swift toolchain does not start: $said"
    version="$(sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p'  <<< "$said" | head -n 1)"
    [[ -n $version ]] || die 3 "'swift --version' did not name a version; check that the toolchain on PATH works."
    read -r major minor <<< "$version"
    if (( major < 6 || (major == 6 && minor < 2) )); then
        die 3 "Swift $major.$minor is too old; Moiré needs 6.2 or newer (https://www.swift.org/install/linux/)."
    fi
}
