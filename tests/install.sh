# Sourced by tests/run and examples/quickstart. Installs Debian packages, and only those that are missing.

# as_root COMMAND...: as root or through sudo; fails where neither is possible.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then sudo "$@"
  else return 1
  fi
}

# missing PACKAGE=PROBE...: prints the packages whose probe, a command or a file, is not there.
missing() {
  local pair probe
  for pair in "$@"; do
    probe=${pair#*=}
    [ -e "$probe" ] || command -v "$probe" >/dev/null || echo "${pair%%=*}"
  done
}

# install_packages PACKAGE=PROBE...: fails, with the reason, if something is still missing afterwards.
install_packages() {
  local packages
  mapfile -t packages < <(missing "$@")
  [ ${#packages[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "Missing: ${packages[*]} (names of Debian packages; this system has no apt-get, install their equivalents)." >&2
    return 1
  fi
  echo "Installing: ${packages[*]}"
  local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0)
  if [ -z "${apt_updated:-}" ]; then
    as_root "${quiet[@]}" update || echo "apt-get update did not succeed; trying with the lists that are here." >&2
    apt_updated=yes
  fi
  if ! as_root "${quiet[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null; then
    echo "Could not install: ${packages[*]}. As root: apt-get install ${packages[*]}" >&2
    return 1
  fi
}

# What every program of the project needs: compiler, meson, header-only libraries.
build_packages=(g++=c++ pkg-config=pkg-config python3=python3 meson=meson ninja-build=ninja
  libxtensor-dev=/usr/include/xtensor libxsimd-dev=/usr/include/xsimd libstb-dev=/usr/include/stb
  libprotozero-dev=/usr/include/protozero doctest-dev=/usr/include/doctest)

# configure ROOT BUILD [OPTION...]: a release build in BUILD; does nothing where one is configured already.
configure() {
  [ -f "$2/build.ninja" ] && return 0
  echo "Configuring $2"
  mkdir -p "$2"
  meson setup "${@:3}" "$2" "$1" >"$2/setup.log" 2>&1 || { cat "$2/setup.log" >&2; return 1; }
}

# find_onnxruntime BUILD: sets OCTET_ONNXRUNTIME. onnxruntime is a peer for comparison only, taken as the CPU library inside
# its npm package.
find_onnxruntime() {
  [ -z "${OCTET_ONNXRUNTIME:-}" ] || return 0
  local cpu library
  case $(uname -m) in aarch64) cpu=arm64 ;; *) cpu=x64 ;; esac
  library=$1/peers/node_modules/onnxruntime-node/bin/napi-v6/linux/$cpu/libonnxruntime.so.1
  if [ ! -e "$library" ] && command -v npm >/dev/null; then
    echo "Installing the npm package onnxruntime-node in $1/peers"
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$1/peers" onnxruntime-node@1.30 || true
  fi
  [ -e "$library" ] || return 1
  export OCTET_ONNXRUNTIME=$library
}
