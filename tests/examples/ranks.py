"""ranks.py PROGRAM...: training by several processes. Their number changes no bit of what one process with the batch of all
computes; where one of them fails or dies, the job ends, and what it has saved goes on as if nothing had happened."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

program = {pathlib.Path(path).name: path for path in sys.argv[1:]}
mpirun = shutil.which('mpirun')
if not mpirun or 'Open MPI' not in subprocess.run([mpirun, '--version'], capture_output=True, text=True).stdout:
    print('skipped: mpirun of Open MPI is not installed')
    sys.exit(77)
# Other work on the machine is no reason to wait for long.
launcher = [mpirun, '--oversubscribe', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1']
if os.geteuid() == 0:
    launcher.append('--allow-run-as-root')
failures = 0


def check(good, what):
    global failures
    if not good:
        failures += 1
        print('FAILED:', what)


def command(folder, processes, output, *more, batch=8, iterations=6):
    """train with a batch of 8 in all."""
    start = [*launcher, '-n', str(processes), program['train_mpi']] if processes else [program['train']]
    words = ('--images', folder / 'set', '--annotations', folder / 'set' / 'annotations.json', '--side', 64, '--threads', 1,
             '--iterations', iterations, '--batch', batch // max(processes, 1), '--output', folder / output, *more)
    return [*start, *map(str, words)]


def run(*arguments, **change):
    return subprocess.run(command(*arguments, **change), capture_output=True, text=True, timeout=300)


def same(folder, one, other, *names):
    for name in names:
        check((folder / one / name).read_bytes() == (folder / other / name).read_bytes(), f'{other}: another {name}')


def equal(folder):
    held_out = ('--held-out', folder / 'held', '--held-out-annotations', folder / 'held' / 'annotations.json',
                '--evaluate-every', 3)
    for processes, output in ((0, 'one'), (1, 'alone'), (2, 'two'), (4, 'four')):
        done = run(folder, processes, output, *held_out)
        check(done.returncode == 0 and done.stdout.count('Trained ') == 1, f'{output}: {done.stdout}{done.stderr}')
        same(folder, 'one', output, 'model.onnx', 'checkpoint.bin', 'map.svg', 'loss.svg')
        one, here = (json.loads((folder / name / 'report.json').read_text()) for name in ('one', output))
        check(all(one[key] == here[key] for key in ('loss', 'map', 'batch', 'rate')) and len(one['map']) == 2,
              f'{output}: another report')


def broken(folder):
    """A picture that only one of the processes reads."""
    check(run(folder, 2, 'broken', '--stop-after', 2).returncode == 0, 'two processes do not stop')
    saved = (folder / 'broken' / 'checkpoint.bin').read_bytes()
    picture = folder / 'set' / '000001.png'
    whole = picture.read_bytes()
    middle = len(whole) // 2
    picture.write_bytes(whole[:middle] + bytes(b ^ 0x55 for b in whole[middle:middle + 40]) + whole[middle + 40:])
    done = run(folder, 2, 'broken', '--resume')
    message = [line for line in done.stderr.splitlines() if line.startswith('train: ') and picture.name in line]
    check(done.returncode == 2 and len(message) == 1, f'broken: {done.returncode} {done.stderr}')
    check((folder / 'broken' / 'checkpoint.bin').read_bytes() == saved and not (folder / 'broken' / 'model.onnx').exists(),
          'a run that failed has written')
    picture.write_bytes(whole)
    done = run(folder, 2, 'broken', '--resume')
    check(done.returncode == 0, f'broken: does not go on: {done.stderr}')
    plain = run(folder, 0, 'plain')
    check(plain.returncode == 0, plain.stderr)
    same(folder, 'plain', 'broken', 'model.onnx', 'checkpoint.bin')


def refused(folder):
    for more in (('--images', folder / 'nowhere'), ('--sides', 64), ('--resume',)):
        done = run(folder, 2, 'refused', *more)
        check(done.returncode == 2 and done.stderr.count('train: ') == 1, f'{more}: {done.returncode} {done.stderr}')


def rank_of(process):
    """(parent, rank) as Linux and Open MPI note them."""
    try:
        parent = int((process / 'stat').read_text().rpartition(')')[2].split()[1])
        names = dict(word.partition('=')[::2] for word in (process / 'environ').read_text().split('\0'))
        return parent, names.get('OMPI_COMM_WORLD_RANK')
    except OSError:
        return None, None


def killed(folder):
    saved = folder / 'killed' / 'checkpoint.bin'
    job = subprocess.Popen(command(folder, 2, 'killed', '--save-every', 4, iterations=100), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while not saved.exists() and job.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    second = [int(path.name) for path in pathlib.Path('/proc').glob('[0-9]*') if rank_of(path) == (job.pid, '1')]
    check(len(second) == 1, f'{len(second)} processes are the second of the job')
    for number in second:
        os.kill(number, signal.SIGKILL)
    output, errors = job.communicate(timeout=120)
    check(job.returncode != 0 and 'signal 9' in errors, f'killed: {job.returncode} {output}{errors}')
    check(saved.exists() and not (folder / 'killed' / 'model.onnx').exists(), 'killed: no checkpoint, or a model')
    done = run(folder, 4, 'killed', '--resume', iterations=100)
    check(done.returncode == 0, f'killed: does not go on: {done.stderr}')
    check(run(folder, 0, 'long', iterations=100).returncode == 0, 'no long run')
    same(folder, 'long', 'killed', 'model.onnx', 'checkpoint.bin')


with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)
    for name, pictures in (('set', 24), ('held', 7)):
        subprocess.run([program['draw'], '--output', scratch / name, '--side', '96', '--pictures', str(pictures)],
                       check=True, capture_output=True)
    equal(scratch)
    broken(scratch)
    refused(scratch)
    killed(scratch)
print(f'{failures} failures')
sys.exit(1 if failures else 0)
