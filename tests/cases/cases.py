"""What the tests on public cases share: the folder OCTET_CASES, the programs, and how a test ends. A case is a small input
that somebody reported in public; its folder is no part of the project."""
import os
import pathlib
import subprocess
import sys

# The programs that a test runs, by name: its arguments.
program = {pathlib.Path(path).name: path for path in sys.argv[1:]}
failures = []
checked = 0


def folder():
    """The folder of the cases; without it the test ends as skipped."""
    place = os.environ.get('OCTET_CASES', '')
    if not os.path.isdir(place):
        print('skipped: OCTET_CASES, the folder with the public cases, is not set')
        sys.exit(77)
    return pathlib.Path(place)


def check(case, good, what):
    """Counts one thing that must hold of a case; `what` says what was found where it does not."""
    global checked
    checked += 1
    if not good:
        failures.append(case)
        print(f'FAILED {case}: {what}')


def run(*words, **options):
    """A program as its users run it: exit status, stdout, stderr."""
    options = {'timeout': 300, **options}
    return subprocess.run([program[words[0]], *map(str, words[1:])], capture_output=True, text=True, errors='replace',
                          **options)


def refused(case, done, *says):
    """Checks that a program refused its input as all do: status 2, one line on stderr that says all of these."""
    lines = done.stderr.splitlines()
    check(case, done.returncode == 2 and not done.stdout, f'exit status {done.returncode}\n{done.stdout}{done.stderr}')
    check(case, lines and all(str(text) in lines[-1] for text in says), f'expected {says}, found\n{done.stderr}')


def finish():
    print(f'{checked} checked, {len(failures)} fail: {" ".join(dict.fromkeys(failures))}')
    sys.exit(1 if failures or not checked else 0)
