"""What the house-rule tests share: the headers, their includes, compiling, and how a test ends."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
include = root / 'include'
scratch = pathlib.Path(os.environ.get('HOUSE_SCRATCH', root / 'build' / 'house'))
cxx = shlex.split(os.environ.get('HOUSE_CXX', 'c++'))
march = os.environ.get('HOUSE_MARCH', 'none')
warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Werror']
flags = ['-std=c++20', '-I', str(include)] + ([f'-march={march}'] if march != 'none' else [])

floors = [['core'], ['nn', 'quant', 'detect', 'coco'], ['graph', 'data'], ['io', 'ptq', 'train', 'deploy']]
floor = {module: level for level, modules in enumerate(floors) for module in modules}


def headers():
    """Paths as they stand in an include line."""
    return sorted(str(path.relative_to(include)) for path in include.rglob('*.hpp'))


def alone():
    """Those that compile without a library of the system that is not needed otherwise."""
    return [header for header in headers() if not any(name == '<mpi.h>' for _, name in included(header))]


def umbrellas():
    return [header for header in headers() if header.count('/') == 1]


def module(header):
    return header.split('/')[1].removesuffix('.hpp')


def included(header):
    """(line number, what stands between the brackets or quotes) of every include line."""
    lines = enumerate((include / header).read_text().splitlines(), 1)
    return [(number, found[1]) for number, line in lines if (found := re.match(r'\s*#\s*include\s*([<"].*?[>"])', line))]


def closure(header):
    """The header and all of ours below it."""
    seen, waiting = set(), [header]
    while waiting:
        current = waiting.pop()
        if current not in seen and (include / current).exists():
            seen.add(current)
            waiting += [name.strip('<>"') for _, name in included(current) if 'octet/' in name]
    return sorted(seen)


def run(command, **options):
    """Exit status and everything the command printed."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', **options)
    return done.returncode, done.stdout


def on_two_cores(function, items):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


class memory:
    """Remembers between runs which items passed, each by the contents that decide it."""

    def __init__(self, name):
        self.path = scratch / f'{name}.passed.json'
        self.before = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.now = {}

    def key(self, header, *more):
        digest = hashlib.sha256(' '.join(cxx + flags + list(more)).encode())
        for name in closure(header):
            digest.update((include / name).read_bytes())
        return digest.hexdigest()

    def knows(self, item, key):
        if self.before.get(item) == key:
            self.now[item] = key
            return True
        return False

    def passed(self, item, key):
        self.now[item] = key

    def save(self):
        scratch.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.now))


def skip(reason):
    print(f'skipped: {reason}')
    sys.exit(77)


def need(tool):
    if not shutil.which(tool):
        skip(f'{tool} is not installed')


def finish(offences, checked):
    """Ends the test. Checking nothing is a failure too."""
    for offence in offences:
        print(offence)
    if not checked:
        print('nothing was found to check')
    print(f'{checked} checked, {len(offences)} offend')
    sys.exit(1 if offences or not checked else 0)
