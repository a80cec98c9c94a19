"""A training that is killed at any moment, and goes on each time, ends with the bits of one that nobody disturbed; so do
those on other numbers of threads."""
import pathlib
import random
import subprocess
import sys
import tempfile
import time

program = {pathlib.Path(path).name: path for path in sys.argv[1:]}
failures = 0


def check(ok, sentence):
    global failures
    if not ok:
        failures += 1
        print('FAILED', sentence)


def run(name, *words):
    return subprocess.run([program[name], *map(str, words)], capture_output=True, text=True)


with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    pictures = folder / 'pictures'
    run('draw', '--output', pictures, '--pictures', 12, '--side', 64)
    truth = pictures / 'annotations.json'
    words = ('--images', pictures, '--annotations', truth, '--side', 64, '--batch', 4, '--iterations', 60, '--save-every', 1,
             '--held-out', pictures, '--held-out-annotations', truth, '--evaluate-every', 20, '--threads', 1)
    begin = time.time()
    whole = run('train', *words, '--output', folder / 'whole')
    seconds = time.time() - begin
    check(whole.returncode == 0, whole.stderr)
    names = ('model.onnx', 'checkpoint.bin', 'loss.svg', 'map.svg')
    expected = {name: (folder / 'whole' / name).read_bytes() for name in names}

    parts = []
    for threads in (1, 2, 3):
        done = run('train', *words[:-1], threads, '--stop-after', 5, '--output', folder / 'part')
        check(done.returncode == 0, done.stderr)
        parts.append((folder / 'part' / 'checkpoint.bin').read_bytes())
    check(parts[0] == parts[1] == parts[2], 'other numbers of threads give other parameters')

    moment = random.Random(14)
    kills = 0
    output = folder / 'killed'
    while kills < 20:
        resume = ('--resume',) if (output / 'checkpoint.bin').exists() else ()
        running = subprocess.Popen([program['train'], *map(str, words), '--output', output, *resume],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            status = running.wait(moment.uniform(0.02, 0.12) * seconds)
            check(status == 0, running.stderr.read())
            break
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            kills += 1
    last = run('train', *words, '--output', output, *(('--resume',) if (output / 'checkpoint.bin').exists() else ()))
    check(last.returncode == 0, last.stderr)
    for name in names:
        check((output / name).read_bytes() == expected[name], f'after {kills} kills {name} is another')
    check(kills > 0, 'no kill hit the training')
    print(f'{kills} kills; undisturbed: {seconds:.1f} s')
sys.exit(1 if failures else 0)
