"""programs.py PROGRAM...: the example programs as their users run them. Bad input of every kind gives one line on stderr
that names file, place and what is accepted, exit status 2, and no output; good input gives what --help promises."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zlib

program = {pathlib.Path(path).name: path for path in sys.argv[1:]}
data = os.environ.get('OCTET_DATA')
failures = 0


def check(good, what):
    global failures
    if not good:
        failures += 1
        print('FAILED:', what)


def run(*words):
    return subprocess.run([program[words[0]], *map(str, words[1:])], capture_output=True, text=True, timeout=300)


# Programs that show a policy of one's own on made-up numbers, and what they print.
extensions = {'extend_scheme': 'scale 2^-4, largest error 0.0300', 'extend_rounding': 'toward_zero -0.0275',
              'extend_granularity': 'per_four      3 scales, error 0.5596'}


def fields(message, start, end):
    """(number, start, end) of the length-delimited fields of a protobuf message that lies at message[start:end]."""
    def varint(at):
        value = shift = 0
        while True:
            byte = message[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at
    while start < end:
        tag, start = varint(start)
        if tag & 7 == 2:
            size, start = varint(start)
            yield tag >> 3, start, start + size
            start += size
        else:
            start = varint(start)[1] if tag & 7 == 0 else start + (4 if tag & 7 == 5 else 8)


def with_nan(model):
    """The model with a NaN as the first number of its first large initializer."""
    graph = next((a, b) for number, a, b in fields(model, 0, len(model)) if number == 7)
    for number, a, b in fields(model, *graph):
        if number != 5:
            continue
        for part, c, d in fields(model, a, b):
            if part in (4, 9) and d - c > 400:
                return model[:c] + struct.pack('<f', float('nan')) + model[c + 4:]
    raise SystemExit('the model has no initializer to damage')


def picture(width, height):
    """A PNG with a gradient."""
    row = lambda y: b'\0' + bytes(v for x in range(width) for v in (x * 255 // width, y * 255 // height, 128))
    rows = b''.join(map(row, range(height)))
    chunk = lambda kind, body: struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def annotations(**change):
    one = {'id': 1, 'image_id': 1, 'category_id': 1, 'bbox': [4, 4, 20, 20], 'area': 400, 'iscrowd': 0, **change}
    return json.dumps({'images': [{'id': 1, 'width': 64, 'height': 48, 'file_name': 'one.png'}],
                       'categories': [{'id': 1, 'name': 'person'}],
                       'annotations': [{key: value for key, value in one.items() if value is not None}]})


def prepare(folder):
    """Good and bad files."""
    def put(name, content):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    folder.mkdir()
    f = {'folder': folder, 'nothing': folder / 'nothing'}
    put('good/one.png', picture(64, 48))
    f['pictures'] = folder / 'good'
    f['picture'] = folder / 'good' / 'one.png'
    put('damaged/one.png', picture(64, 48)[:60])
    f['damaged'] = folder / 'damaged'
    (folder / 'empty').mkdir()
    f['empty'] = folder / 'empty'
    f['truth'] = put('truth.json', annotations())
    for field in ('id', 'image_id', 'category_id', 'bbox', 'area', 'iscrowd'):
        f['no_' + field] = put(f'no_{field}.json', annotations(**{field: None}))
    f['foreign_category'] = put('foreign_category.json', annotations(category_id=7))
    f['crowds'] = put('crowds.json', annotations(iscrowd=1))
    f['nan_box'] = put('nan_box.json', annotations(bbox=[4, float('nan'), 20, 20]))
    for name, file_name in (('address', 'http://example.org/one.png'), ('absolute', '/data/one.png'), ('gone', 'gone.png'),
                            ('backslash', '..\\\\good\\\\one.png')):
        f[name] = put(name + '.json', annotations().replace('one.png', file_name))
    twice = json.loads(annotations())
    f['two_pictures'] = put('two_pictures.json', json.dumps({**twice, 'images': twice['images'] * 2}))
    f['two_categories'] = put('two_categories.json', json.dumps({**twice, 'categories': twice['categories'] * 2}))
    f['truncated_truth'] = put('truncated.json', annotations()[:150])
    found = {'image_id': 1, 'category_id': 1, 'bbox': [4, 4, 20, 20]}
    f['results'] = put('results.json', json.dumps([{**found, 'score': 0.5}]))
    f['foreign_results'] = put('foreign.json', json.dumps([{**found, 'score': 0.5, 'image_id': 9}]))
    f['no_detections'] = put('none.json', '[]')
    f['other_category'] = put('category_0.json', json.dumps([{**found, 'score': 0.5, 'category_id': 0}]))
    f['no_score'] = put('no_score.json', json.dumps([found]))
    f['file'] = put('a_file', 'text')
    f['text'] = put('text.onnx', 'this is not a model')
    if data:
        good = (pathlib.Path(data) / 'models' / 'picodet_s_320_esnet.onnx').read_bytes()
        f['model'] = put('model.onnx', good)
        f['truncated'] = put('half.onnx', good[:len(good) // 2])
        f['nan'] = put('nan.onnx', with_nan(good))
        f['unknown_op'] = put('op.onnx', good.replace(b'\x22\x04Conv', b'\x22\x04Conw', 1))
        f['unknown_attribute'] = put('attribute.onnx', good.replace(b'\x0a\x05group', b'\x0a\x05grouq', 1))
    return f


def bad_lines(f):
    """(words, what the message must contain)"""
    evaluate = lambda a, d: ('evaluate', '--annotations', f[a], '--detections', f[d])
    def train(*more, **change):
        words = {'images': f['pictures'], 'annotations': f['truth'], 'output': f['folder'] / 'out', **change}
        return ('train', *[word for name, value in words.items() for word in ('--' + name, value)], *more)
    table = [
        (evaluate('nothing', 'results'), ['nothing']),
        (evaluate('truth', 'nothing'), ['nothing']),
        (evaluate('empty', 'results'), ['empty']),
        (evaluate('truncated_truth', 'results'), ['truncated.json', 'line 1, column 151', 'expected']),
        *[(evaluate('no_' + field, 'results'), [f'no_{field}.json', 'line 1', 'record', f'"{field}"'])
          for field in ('id', 'image_id', 'category_id', 'bbox', 'area', 'iscrowd')],
        (evaluate('truth', 'no_score'), ['no_score.json', 'score']),
        (evaluate('truth', 'foreign_results'), ['foreign.json', '9']),
        (('evaluate', '--annotations', f['truth']), ['--detections or --model is expected']),
        ((*evaluate('truth', 'results'), '--model', f['text']), ['--detections or --model is expected, one of them']),
        (('evaluate', '--annotations', f['truth'], '--model', f['text']), ['--images is missing']),
        (('evaluate', '--annotations', f['truth'], '--model', f['text'], '--images', f['pictures']), ['text.onnx']),
        ((*evaluate('truth', 'results'), '--save', f['folder'] / 'd.json'), ['--save', '--model']),
        ((*evaluate('truth', 'results'), '--fast'), ['no option --fast']),
        ((*evaluate('truth', 'results'), '--policy', 'lax'), ['--policy', "'lax'", 'strict, corrected']),
        ((*evaluate('truth', 'results'), '--max-detections', '1,0'), ['--max-detections', "'1,0'"]),
        ((*evaluate('truth', 'results'), '--max-detections', '1,10'), ['three', '--policy corrected']),
        (evaluate('truth', 'no_detections'), ['none.json', 'empty list', '--policy corrected accepts it']),
        ((*evaluate('truth', 'results'), '--compare', f['nothing']), ['nothing']),
        ((*evaluate('truth', 'results'), '--compare', f['foreign_results']), ['foreign.json', '9']),
        ((*evaluate('truth', 'results'), '--pr', f['file']), ['a_file', 'folder']),
        ((*evaluate('truth', 'results'), '--html', f['nothing'] / 'page.html'), ['page.html']),
        ((*evaluate('truth', 'results'), '--html', f['folder'] / 'page.html', '--images', f['empty']), ['one.png']),
        ((*evaluate('truth', 'results'), 'more'), ["'more' is not expected"]),
        (('detect', '--model', f['nothing'], f['picture']), ['nothing']),
        (('detect', '--model', f['text'], f['picture']), ['text.onnx']),
        *[(('any_processor', '--model', f[file], f['picture']), [word]) for file, word in
          (('nothing', 'nothing'), ('text', 'text.onnx')) if 'any_processor' in program],
        (('extend_observer',), ['usage']),
        (('draw', '--output', f['file']), ['a_file', 'folder']),
        (('draw', '--output', f['nothing'], '--side', 8), ['--side', '32']),
        (train(annotations=f['nothing']), ['nothing']),
        (train(annotations=f['truncated_truth']), ['truncated.json', 'line 1, column 151', 'expected']),
        (train(images=f['empty']), ['one.png', 'expected']),
        (train(annotations=f['foreign_category']), ['foreign_category.json', 'annotation 1', 'category']),
        *[(train(annotations=f[name]), [f'{name}.json', says]) for name, says in
          (('crowds', '1 crowds'), ('nan_box', "annotation 1, of picture 'one.png'"), ('gone', "file_name 'gone.png'"),
           ('absolute', "file_name '/data/one.png' of the annotations is an absolute path"),
           ('address', "file_name 'http://example.org/one.png' of the annotations is an address"),
           ('two_pictures', 'have the id 1'), ('two_categories', "'person' and 'person', have the id 1"))],
        (train('--rate', '-1'), ['--rate', "'-1'"]),
        (train('--side', 40), ['--side', '40', '32']),
        (train('--side', 32), ['--side', '32', 'from 64']),
        (train('--recipe', 'xl'), ['--recipe', 'xl', 'shapes', 'picodet_s_npu']),
        (train('--norms', 'none'), ['--norms', 'none', 'frozen']),
        (train('--held-out', f['pictures']), ['--held-out-annotations']),
        *[((name, 'more'), ['usage: ' + name]) for name in extensions],
        (('extend_observer', f['nothing'], f['pictures'], f['folder'] / 'x.onnx'), ['nothing']),
    ]
    if not data:
        return table

    def quantize(*more, **change):
        words = {'model': f['model'], 'calibration': f['pictures'], 'images': f['pictures'], 'annotations': f['truth'],
                 'output': f['folder'] / 'out', **change}
        return ('quantize', *[word for name, value in words.items() for word in ('--' + name, value)], *more)
    detect = lambda *words: ('detect', '--output', f['folder'] / 'out', *words)
    qat = lambda model, *words: ('qat', '--model', model, '--images', f['pictures'], '--output', f['folder'] / 'out', *words)
    return table + [
        (quantize(model=f['nothing']), ['nothing']),
        (quantize(model=f['folder']), [str(f['folder'])]),
        (quantize(model=f['text']), ['text.onnx']),
        (quantize(model=f['truncated']), ['half.onnx', 'byte']),
        (quantize(model=f['nan']), ['nan.onnx', 'finite']),
        (quantize(model=f['unknown_op']), ['op.onnx', 'Conw', 'accepted']),
        (quantize(model=f['unknown_attribute']), ['attribute.onnx', 'grouq', 'accepted']),
        (quantize(calibration=f['nothing']), ['nothing']),
        (quantize(calibration=f['empty']), ['empty', 'no picture', '*.jpg']),
        (quantize(calibration=f['damaged']), ['damaged/one.png']),
        (quantize(images=f['empty']), ['one.png']),
        (quantize(images=f['damaged']), ['damaged/one.png']),
        (quantize(annotations=f['no_area']), ['no_area.json', '"area"']),
        (quantize(annotations=f['truncated_truth']), ['truncated.json']),
        (quantize(output=f['file']), ['a_file', 'folder']),
        (quantize('--recipe', 'best'), ['--recipe', "'best'", 'absorbed']),
        (quantize('--export', 'best'), ['--export', "'best'", 'u8 (onnxruntime']),
        (quantize('--export', 'symmetric'), ['--export', 'recipe npu']),
        (qat(f['model'], '--export', 'symmetric'), ['--export', 'recipe npu']),
        (quantize('--limit', '-1'), ['--limit', "'-1'", 'from 0']),
        (quantize('--threads', '0'), ['--threads', "'0'", 'from 1']),
        (quantize('--threads', 'two'), ['--threads', "'two'"]),
        (quantize()[:-2], ['--output is missing']),
        (detect('--model', f['model'], f['damaged'] / 'one.png'), ['damaged/one.png']),
        (detect('--model', f['model'], f['nothing']), ['nothing']),
        (detect('--model', f['model']), ['PICTURE is missing']),
        (detect('--model', f['model'], '--threshold', '2', f['picture']), ['--threshold', "'2'", '0 to 1']),
        (detect('--model', f['truncated'], f['picture']), ['half.onnx', 'cut off']),
        (detect('--model', f['model'], '--size', '0x64', f['picture']), ['--size', "'0x64'", 'WxH']),
        (detect('--model', f['model'], '--size', '64', f['picture']), ['model.onnx', '--size 64x64', '[1,3,320,320]']),
        (qat(f['truncated']), ['half.onnx', 'byte']),
        (qat(f['model'], '--recipe', 'best'), ['--recipe', "'best lsq'", 'absorbed lsq']),
        (qat(f['model'], '--iterations', '0'), ['--iterations', "'0'", 'from 1']),
        (qat(f['model'], '--resume'), ['checkpoint.bin']),
        (('extend_observer', f['model'], f['empty'], f['folder'] / 'out.onnx'), ['empty']),
    ]


def bad_input(folder):
    f = prepare(folder)
    before = sorted(folder.rglob('*'))
    table = bad_lines(f)
    for words, says in table:
        what = ' '.join(pathlib.Path(str(word)).name for word in words)
        done = run(*words)
        lines = [line for line in done.stderr.splitlines() if line.startswith((words[0] + ':', 'usage:'))]
        check(done.returncode == 2, f'{what}: exit status {done.returncode}\n{done.stderr}')
        check(len(lines) == 1 and done.stderr.endswith(lines[0] + '\n') and not done.stdout,
              f'{what}: not one line at the end of stderr:\n{done.stdout}{done.stderr}')
        check(all(text in (lines or [''])[-1] for text in says), f'{what}: expected {says}, found\n{done.stderr}')
        left = [path for path in folder.rglob('*') if path not in before and (path.is_file() or any(path.iterdir()))]
        check(not left, f'{what}: left {left}')
        shutil.rmtree(folder / 'out', ignore_errors=True)
    print(len(table), 'kinds of bad input')


def evaluation(folder):
    """evaluate with all its options, on files made here."""
    f = prepare(folder)
    words = ('evaluate', '--annotations', f['truth'], '--detections', f['results'])
    plain = run(*words).stdout
    check(plain.count('\n') == 12 and plain.startswith(' Average Precision  (AP) @[ IoU=0.50:0.95 |'), f'evaluate: {plain}')
    done = run(*words, '--per-class', '--errors', '--confusion', '--compare', f['results'])
    check(done.stdout.startswith(plain + '\n'), f'evaluate: the twelve lines do not come first: {done.stdout}')
    for line in ('person', 'background', 'found as', 'difference', '0.0000 to 0.0000: not more than chance'):
        check(line in done.stdout, f'evaluate does not print {line}:\n{done.stdout}{done.stderr}')
    short = json.loads(run(*words, '--json').stdout)
    long = json.loads(run(*words, '--json', '--per-class', '--errors', '--confusion', '--compare', f['results']).stdout)
    check(len(short['stats']) == 12 and long['stats'] == short['stats'] == long['compare']['stats'], f'evaluate: {long}')
    check(long['per_class'][0]['name'] == 'person' and len(long['errors']) == 6 and long['confusion'] == [], f'{long}')
    for policy, limits in (('corrected', '1,5'), ('lvis', '300'), ('strict', '1,10,50,100')):
        done = run(*words, '--json', '--policy', policy, '--max-detections', limits)
        check(json.loads(done.stdout)['stats'][0] == short['stats'][0], f'{policy} {limits}: {done.stdout}{done.stderr}')
    done = run('evaluate', '--annotations', f['truth'], '--detections', f['no_detections'], '--json', '--policy',
               'corrected')
    check(json.loads(done.stdout)['stats'][0] == 0, f'evaluate of no detections: {done.stdout}{done.stderr}')
    done = run('evaluate', '--annotations', f['truth'], '--detections', f['other_category'])
    check(done.returncode == 0 and 'evaluate: warning: ' in done.stderr and 'category 0: 1' in done.stderr, done.stderr)
    done = run(*words, '--pr', folder / 'curves', '--html', folder / 'page.html', '--images', f['pictures'])
    check(done.stdout == plain, f'evaluate --pr --html: {done.stdout}{done.stderr}')
    curves = sorted(path.name for path in (folder / 'curves').iterdir())
    check(curves == ['1_person.svg', 'all.svg'], f'evaluate --pr writes {curves}')
    for name in curves:
        root = xml.etree.ElementTree.parse(folder / 'curves' / name).getroot()
        lines = [line for line in root.iter() if line.tag.endswith('polyline')]
        check(len(lines) == 10 and 'precision' in ''.join(root.itertext()), f'{name} does not show ten curves')
    page = (folder / 'page.html').read_text()
    check('data:image/png;base64,' in page and 'one.png' in page and 'http' not in page.replace('http://www.w3.org', ''),
          'the page of evaluate shows no picture, or needs something from elsewhere')


def learning(folder):
    """train, stopped and resumed, and what its model calls things."""
    f = prepare(folder)
    named = json.loads(f['backslash'].read_text())
    named['categories'] = [{'id': 90, 'name': 'röd "A"'}, {'id': 7, 'name': 'unused'}]
    named['annotations'] = [{**named['annotations'][0], 'category_id': 90, 'bbox': [-10, 4, 40, 100]},
                            {**named['annotations'][0], 'category_id': 90, 'id': 2, 'bbox': [70, 4, 5, 5]}]
    f['truth'].write_text(json.dumps(named))
    words = ('train', '--images', f['pictures'], '--annotations', f['truth'], '--iterations', 4, '--batch', 1, '--side', 64)
    for output, more in (('whole', ()), ('half', ('--stop-after', 2)), ('half', ('--resume',))):
        done = run(*words, '--output', folder / output, *more)
        check(done.returncode == 0 and done.stderr.count('\n') == 1 and '1 of 2 annotations are left out' in done.stderr,
              f'train: {done.stdout}{done.stderr}')
    for name in ('model.onnx', 'checkpoint.bin'):
        check((folder / 'whole' / name).read_bytes() == (folder / 'half' / name).read_bytes(), f'resumed: {name} is another')
    other = run(*words[:-1], 96, '--output', folder / 'half', '--resume')
    check(other.returncode == 2 and "'side: 64' in it, 'side: 96' now" in other.stderr, f'train --resume: {other.stderr}')
    find = ('detect', '--model', folder / 'whole' / 'model.onnx', '--output', folder / 'drawn', '--threshold', 0,
            f['picture'])
    ids = {d['category_id'] for d in json.loads(run(*find, '--json').stdout)}
    check(ids and ids <= {7, 90}, f'detect --json of a trained model: {ids}')
    check('röd "A"' in run(*find).stdout, 'detect does not call things as the annotations do')


def good_input(folder):
    root, out = pathlib.Path(data), folder / 'main_job'
    model, pictures = root / 'models' / 'picodet_s_320_esnet.onnx', root / 'coco' / 'val2017'
    truth = root / 'coco' / 'annotations' / 'instances_val232_official.json'
    done = run('quantize', '--model', model, '--calibration', root / 'coco' / 'train2017', '--calibration-limit', 4,
               '--images', pictures, '--annotations', truth, '--output', out, '--limit', 3, '--analyse')
    check(done.returncode == 0, 'quantize: ' + done.stderr)
    for line in ('mAP', 'AP50', 'AP75', 'ms/image', 'model bytes', 'float ops left', 'hurts most', 'analysis.html'):
        check(line in done.stdout, f'quantize does not print {line}:\n{done.stdout}')
    check('\r' not in done.stderr and '\x1b' not in done.stdout + done.stderr, 'quantize writes as to a terminal')
    report = json.loads((out / 'report.json').read_text())
    check(report['int8']['float_ops'] == 0 and report['fp32']['float_ops'] > 100, f'float operations in {report}')
    figures = {'ap', 'ap50', 'ap75', 'ap_small', 'ap_medium', 'ap_large', 'ms', 'bytes', 'float_ops'}
    check(all(figures <= report[form].keys() for form in ('fp32', 'int8')), f'figures are missing in {report}')
    check(report['int8']['bytes'] == (out / 'model_int8.onnx').stat().st_size, 'int8.bytes is not the size of the file')
    layers = json.loads((out / 'analysis.json').read_text())['layers']
    check(len(layers) > 100 and all(sum(layer['histogram']) for layer in layers), 'analysis.json lacks layers or values')
    page = (out / 'analysis.html').read_text()
    check('INT8: F1' in page and 'data:image/jpeg;base64,' in page and 'http' not in page.replace('http://www.w3.org', ''),
          'the page of quantize --analyse shows no picture, or needs something from elsewhere')
    check(len(list(out.glob('*.png'))) == 3, 'not one picture per evaluated picture')

    for form, float_ops in ((model, report['fp32']['float_ops']), (out / 'model_int8.onnx', 0)):
        words = ('evaluate', '--annotations', truth, '--images', pictures, '--model', form, '--limit', 3, '--json')
        done = run(*words, '--save', folder / 'saved.json')
        scored = json.loads(done.stdout)
        expected = report['int8' if form != model else 'fp32']['ap']
        check(done.returncode == 0 and scored['float_ops'] == float_ops and scored['ms'] > 0 and
              scored['stats'][0] == expected, f'quantize found {expected}: {done.stdout}{done.stderr}')
        check(scored['detections'] == len(json.loads((folder / 'saved.json').read_text())), 'evaluate --save')

    for dialect in ('symmetric', 's8', 'u8'):
        done = run('quantize', '--model', model, '--calibration', root / 'coco' / 'train2017', '--calibration-limit', 2,
                   '--images', pictures, '--annotations', truth, '--output', folder / dialect, '--limit', 2,
                   '--recipe', 'npu', '--export', dialect)
        check(done.returncode == 0 and f'dialect is {dialect}' in done.stdout, f'quantize --export {dialect}: {done.stderr}')
    forms = {dialect: run('evaluate', '--annotations', truth, '--images', pictures, '--limit', 2, '--save',
                          folder / f'{dialect}.json', '--model', folder / dialect / 'model_int8.onnx')
             for dialect in ('symmetric', 's8', 'u8')}
    check(all(done.returncode == 0 for done in forms.values()), f'evaluate of a dialect: {forms}')
    check(len({(folder / f'{dialect}.json').read_text() for dialect in forms}) == 1, 'dialects find other objects')

    one = pictures / '000000000139.jpg'
    for form in (model, out / 'model_int8.onnx'):
        done = run('detect', '--model', form, '--output', folder / 'detected', '--json', one)
        check(done.returncode == 0, 'detect: ' + done.stderr)
        found = json.loads(done.stdout)
        good = [d for d in found if d.keys() == {'image_id', 'category_id', 'bbox', 'score'} and d['image_id'] == 139]
        check(found and good == found and min(d['score'] for d in found) >= 0.4, f'detect --json: {done.stdout}')
        check((folder / 'detected' / '000000000139_detected.png').stat().st_size > 1000, 'detect writes no picture')
        (folder / 'found.json').write_text(done.stdout)
        done = run('detect', '--model', form, '--output', folder / 'detected', one)
        rows = done.stdout.splitlines()
        check('score' in rows[0] and len(rows) == 2 + len(good), f'detect: {done.stdout}')
        check(form != model or any(' tv ' in row for row in rows), f'detect finds no tv: {done.stdout}')
    done = run('evaluate', '--annotations', truth, '--detections', folder / 'found.json')
    check(done.stdout.count('\n') == 12 and done.stdout.startswith(' Average Precision  (AP) @[ IoU=0.50:0.95 |'),
          f'evaluate: {done.stdout}{done.stderr}')
    done = run('extend_observer', model, folder / 'bad' / 'good', folder / 'mine.onnx')
    check(done.returncode == 0 and ' 0 in floating point' in done.stdout and (folder / 'mine.onnx').exists(),
          f'extend_observer: {done.stdout}{done.stderr}')
    if 'any_processor' in program:
        done = run('any_processor', '--model', out / 'model_int8.onnx', one)
        check(done.returncode == 0 and done.stdout.splitlines()[2].split()[1] == str(len(good)),
              f'any_processor, where detect finds {len(good)}: {done.stdout}{done.stderr}')
    print('programs do what they say')


def training(folder):
    model, pictures = pathlib.Path(data) / 'models' / 'picodet_s_320_esnet.onnx', folder / 'bad' / 'good'
    words = ('qat', '--model', model, '--images', pictures, '--output', folder / 'trained', '--iterations', 2, '--batch', 1,
             '--calibration', 1)
    done = run(*words)
    check(done.returncode == 0 and 'loss' in done.stdout, f'qat: {done.stdout}{done.stderr}')
    written = {path.name for path in (folder / 'trained').iterdir()}
    check(written == {'model_int8.onnx', 'checkpoint.bin', 'loss.svg', 'report.json'}, f'qat writes {written}')
    found = run('detect', '--model', folder / 'trained' / 'model_int8.onnx', '--output', folder / 'detected', '--json',
                next(pictures.iterdir()))
    check(found.returncode == 0, 'detect of what qat wrote: ' + found.stderr)
    broken = folder / 'bad' / 'damaged' / 'one.png'
    skips = run('detect', '--model', folder / 'trained' / 'model_int8.onnx', '--output', folder / 'detected', '--json',
                '--skip-broken', broken, next(pictures.iterdir()))
    check(skips.returncode == 0 and skips.stdout == found.stdout.replace('"image_id":1,', '"image_id":2,') and
          'damaged/one.png: ends after 60 bytes' in skips.stderr and 'warning: skipped 1 of 2 pictures' in skips.stderr,
          f'detect --skip-broken: {skips.stdout}{skips.stderr}')
    none = run('detect', '--model', folder / 'trained' / 'model_int8.onnx', '--output', folder / 'detected', '--skip-broken',
               broken)
    check(none.returncode == 2 and 'none of the 1 pictures decodes' in none.stderr, f'detect --skip-broken: {none.stderr}')
    damaged = folder / 'trained' / 'checkpoint.bin'
    damaged.write_bytes(damaged.read_bytes()[:1000])
    again = run(*words, '--resume')
    check(again.returncode == 2 and 'checkpoint.bin' in again.stderr, f'qat --resume: {again.stderr}')


for name in program:
    done = run(name, '--help')
    if not name.startswith('extend_'):
        check(f'usage: {name}' in done.stdout and not done.stderr, f'{name} --help: {done.stdout}{done.stderr}')
for name, says in extensions.items():
    done = run(name)
    check(done.returncode == 0 and says in done.stdout and not done.stderr, f'{name}: {done.stdout}{done.stderr}')
with tempfile.TemporaryDirectory() as scratch:
    bad_input(pathlib.Path(scratch) / 'bad')
    evaluation(pathlib.Path(scratch) / 'evaluation')
    learning(pathlib.Path(scratch) / 'learning')
    if data:
        good_input(pathlib.Path(scratch))
        training(pathlib.Path(scratch))
    else:
        print('skipped: runs on real models; set OCTET_DATA to a folder with models/ and coco/')
sys.exit(1 if failures else 0)
