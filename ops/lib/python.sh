# shellcheck shell=bash
# Python environments of the project's own, each made once from a list of pinned packages.

# python_environment FOLDER REQUIREMENTS WHAT [OPTION-OF-PIP...]: prints the path of an interpreter that has what
# REQUIREMENTS names. Made in FOLDER when it is missing or the list has changed; whatever else is said goes to standard
# error.
python_environment() {
    local folder=$1 requirements=$2 what=$3 wanted
    shift 3
    wanted="$(sha256sum "$requirements" | cut -d ' ' -f 1)"
    if [[ "$(cat "$folder/installed" 2> /dev/null)" != "$wanted" ]]; then
        say "Installing $what into ${folder#"$root/"} (once) ..." >&2
        rm -rf "$folder"
        mkdir -p "$folder"
        python3 -m venv "$folder/venv" >&2 || die 3 "python3 cannot make a virtual environment; install python3-venv."
        "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$@" -r "$requirements" >&2 ||
            die 3 "pip could not install what ${requirements#"$root/"} names; its message stands above. Is the Python package index within reach?"
        printf '%s\n' "$wanted" > "$folder/installed"
    fi
    printf '%s\n' "$folder/venv/bin/python"
}
