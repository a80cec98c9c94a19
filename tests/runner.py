#!/usr/bin/env python3
"""What tests/run needs beside meson.
  targets BUILD NAME...   ninja targets of the tests named (none: everything)
  select BUILD NAME...    names of the tests in the suites named
  once FOLDER COMMAND...  runs a test; one that passed with the same inputs is not run again
  summary BUILD           the closing line, counted from meson's log
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys


def introspect(build, what):
    return json.loads(subprocess.run(['meson', 'introspect', '--' + what, build], check=True, capture_output=True).stdout)


def chosen(build, names):
    tests = introspect(build, 'tests')
    suites = lambda test: {suite.split(':')[-1] for suite in test['suite']}
    for name in names:
        if not any(name == test['name'] or name in suites(test) for test in tests):
            known = sorted({suite for test in tests for suite in suites(test)} | {test['name'] for test in tests})
            sys.exit(f"There is no test or suite '{name}'; there are: {' '.join(known)}")
    wanted = lambda test: test['name'] in names or suites(test) & set(names) if names else 'slow' not in suites(test)
    return [test for test in tests if wanted(test)]


def targets(build, names):
    if names:
        files = {target['id']: target['filename'] for target in introspect(build, 'targets')}
        needed = {file for test in chosen(build, names) for target in test['depends'] for file in files[target]}
        print(' '.join(sorted(os.path.relpath(file, build) for file in needed)) or 'build.ninja')


def select(build, names):
    for test in chosen(build, names):
        print(test['name'])


def signature(path, with_contents):
    """Of a file, or of everything in a folder except build folders and hidden ones."""
    path = pathlib.Path(path)
    files = [path]
    if path.is_dir():
        files = []
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(f for f in folders if not f.startswith(('build', '.', '__')))
            files += [pathlib.Path(folder) / name for name in sorted(names)]
    digest = hashlib.sha256()
    for file in files:
        status = file.stat()
        digest.update(f'{file.relative_to(path)} {status.st_size}'.encode())
        digest.update(file.read_bytes() if with_contents else str(status.st_mtime_ns).encode())
    return digest.hexdigest()


def inputs(command):
    """Everything that decides whether a test passes: programs and files among its arguments, the files beside its
    sources, and the environment that meson and the user set for it."""
    key = []
    for word in command:
        key.append(signature(word, True) if os.path.exists(word) else word)
    here = pathlib.Path(__file__).resolve().parent
    beside = here / pathlib.Path(command[0]).parent.name
    if beside.is_dir() and beside.parent == here:
        compiled = ('.cpp', '.hpp', '.build', '.pyc')
        key += [signature(file, True) for file in sorted(beside.rglob('*'))
                if file.is_file() and file.suffix not in compiled]
    for name in sorted(os.environ):
        if name.startswith(('OCTET_', 'HOUSE_')):
            value = os.environ[name]
            given = name in ('OCTET_DATA', 'OCTET_CASES') and os.path.isdir(value)
            key += [name, value, signature(value, False) if given else '']
    return '\n'.join(key)


def once(folder, command):
    stamp = pathlib.Path(folder) / hashlib.sha256('\n'.join(command).encode()).hexdigest()[:16]
    key = hashlib.sha256(inputs(command).encode()).hexdigest()
    if stamp.exists():
        before, _, output = stamp.read_text().partition('\n')
        if before == key:
            print('unchanged, passed before:')
            print(output)
            return 0
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
    print(run.stdout)
    if run.returncode == 0:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(key + '\n' + run.stdout)
    return run.returncode


def without_data(output):
    """Doctest cases cannot call themselves skipped: those that had no data say so in a message. {case: message}"""
    cases = {}
    for block in re.split(r'^={20,}$', output, flags=re.M):
        message = re.search(r'MESSAGE: (.*(?:OCTET_|skip).*)', block)
        case = re.search(r'TEST CASE:  (.*)', block)
        if message and case:
            cases[case[1]] = message[1]
    return cases


def count(test):
    """(passed, failed, skipped) doctest cases; a test of another kind counts as one."""
    good = test['result'] == 'OK'
    output = test.get('stdout', '')
    cases = re.search(r'test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped', output)
    if test['result'] == 'SKIP':
        return 0, 0, 1
    if not cases:
        return (1, 0, 0) if good else (0, 1, 0)
    passed, failed, skipped = map(int, cases.groups())
    without = min(passed, len(without_data(output)))
    return passed - without, failed if good else max(failed, 1), skipped + without


def summary(build):
    total = [0, 0, 0]
    log = pathlib.Path(build) / 'meson-logs' / 'testlog-runner.py.json'
    for test in map(json.loads, log.read_text().splitlines()):
        counts, output = count(test), test.get('stdout', '')
        total = [a + b for a, b in zip(total, counts)]
        name = test['name'].split('/')[-1].strip()
        unchanged = ' (unchanged, passed before)' if output.startswith('unchanged, passed before') else ''
        print('{:18}{:4} passed{:4} failed{:4} skipped{:8.1f} s'.format(name, *counts, test['duration']) + unchanged)
        for reason in sorted(set(without_data(output).values()) | set(re.findall(r'^skipped: .*', output, re.M))):
            print('    ' + reason)
    print('\n{} passed, {} failed, {} skipped'.format(*total))
    return 1 if total[1] or not any(total) else 0


if __name__ == '__main__':
    action, place, *rest = sys.argv[1:]
    if action in ('targets', 'select'):
        {'targets': targets, 'select': select}[action](place, rest)
    else:
        sys.exit(once(place, rest) if action == 'once' else summary(place))
