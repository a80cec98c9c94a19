"""The training that has made examples/shapes.onnx, repeated for its first steps: the losses that are noted beside it."""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

program = {pathlib.Path(path).name: path for path in sys.argv[2:]}
noted = json.loads(pathlib.Path(sys.argv[1]).read_text())


def run(name, *words):
    subprocess.run([program[name], *map(str, words)], check=True, stdout=subprocess.DEVNULL)


with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    run('draw', '--output', folder / 'training', '--pictures', 4000, '--seed', 1)
    run('draw', '--output', folder / 'held_out', '--pictures', 2, '--seed', 500)
    steps = len(noted['first_losses'])
    words = ['--images', folder / 'training', '--annotations', folder / 'training' / 'annotations.json', '--output', folder,
             '--held-out', folder / 'held_out', '--held-out-annotations', folder / 'held_out' / 'annotations.json',
             '--evaluate-every', 1500, '--stop-after', steps]
    run('train', *words)
    checkpoint = (folder / 'checkpoint.bin').read_bytes()
# The losses lie in the checkpoint behind two vectors of floats; see train/checkpoint.hpp.
start = checkpoint.index(b'\n') + 1
sizes = struct.unpack_from('<7Q', checkpoint, start)
losses = list(struct.unpack_from(f'<{sizes[4]}d', checkpoint, start + 56 + 4 * (sizes[2] + sizes[3])))
print(losses)
if losses != noted['first_losses']:
    print('FAILED expected', noted['first_losses'])
    sys.exit(1)
