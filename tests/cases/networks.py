"""Networks for other machines: FP32 files with nothing behind the heads, and the same input from the same picture in both
forms. Needs a model of OCTET_DATA."""
import collections
import importlib
import os
import pathlib
import struct
import sys
import tempfile
import zlib

import cases

root = cases.folder()
data = os.environ.get('OCTET_DATA')
if not data:
    print('skipped: OCTET_DATA, the folder with the models and pictures, is not set')
    sys.exit(77)
data = pathlib.Path(data)
sys.path.insert(0, str(root / 'tools'))
edit = importlib.import_module('onnx_edit')
scratch = tempfile.TemporaryDirectory()
place = pathlib.Path(scratch.name)
models = {name: data / 'models' / f'picodet_{name}.onnx' for name in ('xs_320_lcnet_postprocessed', 's_320_esnet')}
pictures = data / 'coco' / 'val2017'


def chunk(kind, body):
    return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))


def plain_picture(name, colour):
    rows = (b'\0' + bytes(colour) * 64) * 64
    path = place / (name + '.png')
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 64, 8, 2, 0, 0, 0)) +
                     chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
    return path


def dims(port):
    shape = edit.get(edit.read(edit.get(edit.read(edit.get(edit.read(port), 2)), 1)), 2)
    return [edit.get(edit.read(d), 1) for d in edit.every(edit.read(shape), 1)]


# F03: one input of fixed size, nothing but layers, heads as outputs; it finds what the file finds that it was made from.
LAYERS = {'Add', 'AveragePool', 'Clip', 'Concat', 'Conv', 'GlobalAveragePool', 'HardSigmoid', 'HardSwish', 'MaxPool', 'Mul',
          'Relu', 'Reshape', 'Resize', 'Sigmoid', 'Slice', 'Split', 'Transpose'}
for name, heads in (('xs_320_lcnet_postprocessed', 12), ('s_320_esnet', 8)):
    alone = place / (name + '.onnx')
    done = cases.run('network_info', '--model', models[name], '--output', alone)
    cases.check('F03', done.returncode == 0, done.stderr)
    graph = edit.read(edit.get(edit.read(alone.read_bytes()), 7))
    inputs, outputs = edit.every(graph, 11), edit.every(graph, 12)
    cases.check('F03', [dims(p) for p in inputs] == [[1, 3, 320, 320]], f'{[dims(p) for p in inputs]}')
    cases.check('F03', len(outputs) == heads and all(None not in dims(p) and len(dims(p)) == 4 for p in outputs),
                f'{[dims(p) for p in outputs]}')
    kinds = collections.Counter(edit.get(edit.read(n), 4).decode() for n in edit.every(graph, 1))
    cases.check('F03', set(kinds) <= LAYERS, f'{kinds}')
    read = [i for n in edit.every(graph, 1) for i in edit.every(edit.read(n), 1)]
    unread = [o for n in edit.every(graph, 1) for o in edit.every(edit.read(n), 2) if o not in read]
    cases.check('F03', sorted(unread) == sorted(edit.get(edit.read(p), 1) for p in outputs), f'behind the heads: {unread}')
    found = [cases.run('detect', '--model', m, '--output', place / 'drawn', pictures / '000000000139.jpg').stdout
             for m in (models[name], alone)]
    cases.check('F03', found[0] == found[1] and len(found[0].splitlines()) > 2, f'{found}')

# F10: preprocessing is stated once and goes with the INT8 file; each colour enters both forms alike, as red, green, blue.
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
calibration = place / 'colours'
calibration.mkdir()
for k, path in enumerate(sorted(pictures.iterdir())[:4]):
    (calibration / f'{k}.jpg').symlink_to(path)
annotations = data / 'coco' / 'annotations' / 'instances_val232_official.json'
# The symmetric recipe cuts what calibration pictures hardly show, such as the brightest blue.
for recipe, step in (('absorbed', 0.02), ('npu', 0.2)):
    out = place / recipe
    done = cases.run('quantize', '--model', models['s_320_esnet'], '--calibration', calibration, '--images', pictures,
                     '--annotations', annotations, '--limit', 1, '--recipe', recipe, '--output', out)
    cases.check('F10', done.returncode == 0, done.stderr)
    for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255), (10, 120, 250)):
        picture = plain_picture('colour', colour)
        said = [cases.run('network_info', '--model', m, '--picture', picture)
                for m in (models['s_320_esnet'], out / 'model_int8.onnx')]
        cases.check('F10', all(s.returncode == 0 for s in said), said[0].stderr + said[1].stderr)
        lines = [s.stdout.splitlines() for s in said]
        cases.check('F10', lines[0][:1] == lines[1][:1] and 'rgb mean 0.485 0.456 0.406' in lines[0][0], f'{lines}')
        right = [(c / 255 - m) / s for c, m, s in zip(colour, MEAN, STD)]
        for form, off in ((0, 1e-4), (1, step)):
            values = [[float(x) for x in row.split()] for row in lines[form][1:]]
            cases.check('F10', len(values) == 3 and all(abs(x - r) < off for row, r in zip(values, right) for x in row),
                        f'{recipe}: {values}, expected {right}')
cases.finish()
