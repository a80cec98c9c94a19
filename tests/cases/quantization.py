"""Quantisation of networks and pictures from public reports: channels without weight, pictures without anything to see,
heads whose scores and boxes must not share a scale. Needs a model of OCTET_DATA, and the cases' own tool that changes it."""
import importlib
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

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
subprocess.run([sys.executable, str(root / 'tools' / 'gen_onnx.py'), str(place / 'models')], check=True, capture_output=True)
pictures, train = data / 'coco' / 'val2017', data / 'coco' / 'train2017'
truth = data / 'coco' / 'annotations' / 'instances_val232_official.json'
plain = data / 'models' / 'picodet_s_320_esnet.onnx'


def quantize(case, model, calibration, *more, limit=2):
    """The report and the constants of the INT8 file, or None where the program says no."""
    out = place / case
    done = cases.run('quantize', '--model', model, '--calibration', calibration, '--images', pictures,
                     '--annotations', truth, '--limit', limit, '--calibration-limit', 3, '--output', out, *more)
    cases.check(case, done.returncode == 0, done.stderr)
    if done.returncode:
        return None
    graph = edit.read(edit.get(edit.read((out / 'model_int8.onnx').read_bytes()), 7))
    tensors = [edit.read(body) for field, _, body in graph if field == 5]
    constants = {edit.get(t, 8).decode(): (edit.get(t, 2), edit.get(t, 9)) for t in tensors}
    return json.loads((out / 'report.json').read_text()), constants


def constants_are_sound(case, tensors):
    for name, (kind, raw) in tensors.items():
        if kind == 1:
            values = struct.unpack(f'<{len(raw) // 4}f', raw)
            cases.check(case, all(map(math.isfinite, values)), f'{name} holds no finite number')
            scale = name.endswith(('/step', 'scale', '/gain'))
            cases.check(case, not scale or all(v > 0 for v in values), f'{name} holds a scale of 0')
        if kind == 6:
            values = struct.unpack(f'<{len(raw) // 4}i', raw)
            cases.check(case, max(map(abs, values)) < 2**31 - 1, f'{name} is saturated')


for case in ('C02a_channel_of_zeros', 'C02b_channel_tiny_bias_large', 'C02c_channel_denormal'):
    for recipe in ('absorbed', 'npu'):
        both = quantize(case, place / 'models' / f'{case}.onnx', train, '--recipe', recipe, '--analyse')
        if both:
            constants_are_sound(case, both[1])
            layers = json.loads((place / case / 'analysis.json').read_text())['layers']
            # The channel without weight is the only one that has one value in all pictures.
            changed = [layer for layer in layers if layer['operation'] == 'conv2d' and len(layer['least']) == 44 and
                       layer['least'][3] == layer['largest'][3]]
            cases.check(case, len(changed) == 1, f'layers with a constant channel 3: {[c["name"] for c in changed]}')
            for layer in changed:
                cases.check(case, recipe != 'absorbed' or layer['cosine'] > 0.99, f'{layer["name"]}: {layer["cosine"]}')

for case in ('C03_only_black', 'C03_only_white'):
    for recipe in ('absorbed', 'npu'):
        both = quantize(case, plain, root / 'C' / case, '--recipe', recipe)
        if both:
            constants_are_sound(case, both[1])
            cases.check(case, all(math.isfinite(v) for v in both[0]['int8'].values()), f'{both[0]}')

# Scores and boxes keep their own scales: something is found, and as well as before.
both = quantize('C01', data / 'models' / 'picodet_xs_320_lcnet_postprocessed.onnx', train, limit=8)
if both:
    cases.check('C01', both[0]['int8']['ap'] > 0.8 * both[0]['fp32']['ap'] > 0, f'{both[0]}')

cases.finish()
