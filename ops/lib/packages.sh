# shellcheck shell=bash
# shellcheck disable=SC2034 # read by the scripts that source this
# Every Debian package Moiré asks for, each with its reason. This is the one list.

packages_build=(
    pkg-config          # finds the libraries below
    git                 # the Swift package manager fetches dependencies with it
    libavformat-dev     # FFmpeg: containers
    libavcodec-dev      # FFmpeg: decoders
    libavutil-dev       # FFmpeg: frames, time bases
    libswscale-dev      # FFmpeg: pictures to working size
    libswresample-dev   # FFmpeg: sound to working rate
    libchromaprint-dev  # the fingerprint that AcoustID and ISCC take
    libpng-dev          # thumbnails and evidence pictures
    libsqlite3-dev      # the store of a home in a folder
    libpq-dev           # the queue and store of a home in a PostgreSQL database
    libcurl4-openssl-dev # media by URL
)

# For generating the project's own clips.
packages_fixtures=(
    ffmpeg              # draws, encodes
    espeak-ng           # speaks
    fonts-dejavu-core   # captions in the clips
)

# For the README's tour of the HTTP interface.
packages_tour=(
    curl                # asks
    jq                  # picks from the answers
)

packages_test=(
    "${packages_fixtures[@]}"
    python3             # the HTTP server that tests fetch from; the tests of what ops/bench robustness reckons
    openssl             # that server's certificate
    python3-jsonschema  # real records are checked against docs/extract.schema.json
    postgresql          # the tests start a server of their own, on loopback
    "${packages_tour[@]}" # which the tests walk
    chromium            # the review console is used in a real browser
    chromium-driver     # and driven through this
    libchromaprint-tools # fpcalc, whose output ours is compared with
)

# For ops/bench queue: what it is compared with.
packages_queue_peers=(
    beanstalkd          # a durable work queue, with fsync on every write
    postgresql          # both an engine and, with a plain table, a peer
    python3             # speaks beanstalkd's protocol
)

# For ops/torture.
packages_torture=(
    "${packages_fixtures[@]}"
    python3             # runs the programs and looks at what they left
    strace              # has the kernel refuse a call
)

# For ops/bench robustness.
packages_robustness=(
    "${packages_fixtures[@]}"
    python3             # plans the edits and reckons up what was found; its standard library is enough
)

# For ops/spark; Spark itself comes from the Python package index, into .build-spark.
packages_spark=(
    openjdk-17-jre-headless # Spark runs on it
    python3             # its tasks and its driver
    python3-venv        # keeps what they need out of the system
)

# For trying models: ONNX Runtime's library comes from the Python package index, into .build-onnx.
packages_onnx=(
    python3
    python3-venv        # keeps it out of the system
)

# For the tests of what is exchanged with others: their own tools come from the Python package index, into
# .build-interop, where vpdq is compiled against FFmpeg.
packages_interop=(
    python3
    python3-venv        # keeps them out of the system
    python3-dev         # vpdq is a C++ extension
    g++
    pkg-config
    libavdevice-dev     # vpdq asks for all of FFmpeg
    libavfilter-dev
    libavformat-dev
    libavcodec-dev
    libavutil-dev
    libswscale-dev
    libswresample-dev
)

is_installed() { [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" == installed ]]; }

# install_packages NAME...: installs what dpkg says is missing, and nothing else.
install_packages() {
    local name
    local -a missing=() as_root=()
    if ! command -v dpkg-query > /dev/null; then
        say "This is not a Debian system; make sure that these are installed: $*"
        return
    fi
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    (( ${#missing[@]} )) || return 0
    if (( EUID != 0 )); then
        need_command sudo "run as root once, or install by hand: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "Installing from Debian: ${missing[*]}"
    "${as_root[@]}" apt-get update -q < /dev/null || say "apt-get update failed; trying with the package lists at hand."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" \
        < /dev/null || die 3 "apt-get could not install: ${missing[*]}; its message stands above."
}
