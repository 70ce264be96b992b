# shellcheck shell=bash
# A PostgreSQL server of a script's own, on loopback, with the durability that it has by default.

postgres_port=$(( 20000 + RANDOM % 12000 ))
postgres_pid=

postgres_programs() { find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1; }

# start_postgres FOLDER: made and started; the server refuses to run as root.
start_postgres() {
    local folder=$1 programs as=(env)
    programs="$(postgres_programs)"
    [[ -n $programs ]] || die 3 "PostgreSQL's server is missing; install the package postgresql."
    mkdir -p "$folder"
    if (( EUID == 0 )); then
        chown postgres "$folder"
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    (
        cd "$folder" || exit 1
        "${as[@]}" "$programs/initdb" --pgdata="$folder/data" --auth=trust --username=moire --encoding=UTF8 \
            --locale=C.UTF-8 > log 2>&1
        exec "${as[@]}" "$programs/postgres" -D "$folder/data" -p "$postgres_port" -c listen_addresses=127.0.0.1 \
            -c unix_socket_directories= -c max_connections=200 >> log 2>&1 < /dev/null
    ) &
    postgres_pid=$!
    until "$programs/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"; do
        kill -0 "$postgres_pid" 2> /dev/null || die 3 "PostgreSQL did not start: $(tail -n 3 "$folder/log")"
        sleep 0.1
    done
}

# postgres_database NAME: makes it and prints its address.
postgres_database() {
    "$(postgres_programs)/createdb" -h 127.0.0.1 -p "$postgres_port" -U moire --template=template0 "$1" >&2
    printf 'postgres://moire@127.0.0.1:%s/%s\n' "$postgres_port" "$1"
}

stop_postgres() {
    [[ -n $postgres_pid ]] || return 0
    kill -INT "$postgres_pid" 2> /dev/null || true
    wait "$postgres_pid" 2> /dev/null || true
    postgres_pid=
}
