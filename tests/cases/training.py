"""Training on data sets as people have them: odd categories, boxes, names and sizes; stopped, killed and diverging runs."""
import json
import os
import pathlib
import random
import subprocess
import tempfile
import time

import cases

root = cases.folder() / 'G'
images = root / 'images'
scratch = tempfile.TemporaryDirectory()
work = pathlib.Path(scratch.name)
PLAIN = 'G00_plain'
SMALL = ('--iterations', 3, '--batch', 4, '--side', 64)


def load(name):
    return json.loads((root / (name + '.json')).read_text())


def derived(name, change):
    """The plain data set with a change, as a file."""
    data = load(PLAIN)
    change(data)
    path = work / (name + '.json')
    path.write_text(json.dumps(data, ensure_ascii=False))
    return path


def each(data, key, **change):
    for record in data[key]:
        record.update({field: value(record) if callable(value) else value for field, value in change.items()})


def ids(table):
    """Other category ids, the file's order as the table has them."""
    def change(data):
        each(data, 'annotations', category_id=lambda a: table[a['category_id']])
        each(data, 'categories', id=lambda c: table[c['id']])
        data['categories'].sort(key=lambda c: list(table.values()).index(c['id']))
    return change


def without(key, *fields):
    return lambda data: [record.pop(field) for record in data[key] for field in fields]


def first(key, **change):
    return lambda data: data[key][0].update(change)


def one_box(data):
    data.update(images=data['images'][:1], annotations=data['annotations'][:1], categories=data['categories'][2:])


def file_of(case):
    return OWN[case] if case in OWN else root / (case + '.json')


def train(case, *more, output=None, settings=SMALL):
    return cases.run('train', '--images', images, '--annotations', file_of(case), '--output', work / (output or case),
                     *settings, *more)


def losses(place):
    return json.loads((work / place / 'report.json').read_text())['loss']


# Made of the plain set here: case: file.
OWN = {name: derived(name, change) for name, change in {
    'ids_out_of_order': ids({1: 11, 2: 7, 3: 90}), 'ids_in_order': ids({1: 7, 2: 11, 3: 90}),
    'ids_are_texts': ids({1: 'a red', 2: 'blue', 3: 'green'}),
    'no_area': without('annotations', 'area'), 'no_crowd': without('annotations', 'area', 'iscrowd'),
    'area_is_zero': lambda data: each(data, 'annotations', area=0),
    'nan_box': first('annotations', bbox=[float('nan'), 1, 2, 3]),
    'infinite_box': first('annotations', bbox=[1, 1, float('inf'), 3]), 'nan_area': first('annotations', area=float('nan')),
    'huge_box': first('annotations', bbox=[-1e300, -1e300, 1.5e300, 1.5e300]),
    'all_crowd': lambda data: each(data, 'annotations', iscrowd=1),
    'sizes_absent': without('images', 'width', 'height'), 'sizes_zero': lambda data: each(data, 'images', width=0, height=0),
    'one_id_for_two': first('images', id=2), 'no_file_name': without('images', 'file_name'),
    'drive_path': first('images', file_name='C:\\data\\00.png'),
    'one_category_id_for_two': first('categories', id=2), 'foreign_picture': first('annotations', image_id=99),
    'one_class_one_box': one_box,
    'one_less': lambda data: data['annotations'].pop(),
    'four_classes': lambda data: data['categories'].append({'id': 4, 'name': 'more'}),
    'absolute_and_there': lambda data: each(data, 'images', file_name=lambda p: str(images / p['file_name'])),
}.items()}

# Case: equal to the plain set to the last bit, or other but finite; and the one line of warning.
TRAINED = {
    PLAIN: ('same', None), 'G01a_ids_from_zero': ('same', None), 'ids_in_order': ('same', None),
    'ids_are_texts': ('same', None), 'ids_out_of_order': ('finite', None), 'G01c_class_never_used': ('finite', None),
    'G01d_background_listed': ('finite', None), 'G07_classes_in_another_order': ('same', None),
    'G03a_boxes_beyond_the_picture': ('finite', '4 of 18 annotations are left out (0 crowds, 3 without area'),
    'no_area': ('same', None), 'no_crowd': ('same', None), 'area_is_zero': ('same', None),
    'huge_box': ('finite', '1 reach beyond'), 'G09a_sizes_swapped_and_wrong': ('same', "the files' own sizes count"),
    'sizes_absent': ('same', None), 'sizes_zero': ('same', None), 'G10a_backslash_paths': ('same', None),
    'absolute_and_there': ('same', None), 'G11_string_category_names_unicode': ('same', None),
    'one_class_one_box': ('finite', None), 'G13_many_boxes_in_one_picture': ('finite', None),
}
# Case: what the refusal says.
REFUSED = {
    'G02_all_pictures_empty': 'no object is left to learn from', 'all_crowd': '11 crowds',
    'nan_box': "annotation 1, of picture '00.png'", 'infinite_box': 'annotation 1', 'nan_area': 'annotation 1',
    'G10b_absolute_paths': "file_name '/data/set/G/images/00.png' of the annotations is an absolute path",
    'G10c_url_and_missing': "file_name 'http://example.org/01.png' of the annotations is an address",
    'drive_path': 'is an absolute path', 'no_file_name': 'missing or empty',
    'one_id_for_two': "two pictures, '00.png' and '01.png', have the id 2",
    'one_category_id_for_two': "'red' and 'blue', have the id 2", 'foreign_picture': 'annotation 1',
}


def found(case):
    """Detections of the model that a case trained."""
    done = cases.run('detect', '--model', work / case / 'model.onnx', '--output', work / 'drawn', '--threshold', 0,
                     '--json', images / '00.png', images / '01.png')
    cases.check(case, done.returncode == 0, done.stderr)
    return json.loads(done.stdout or '[]')


def evaluate(truth, case=PLAIN, *more):
    return cases.run('evaluate', '--annotations', file_of(truth), '--model', work / case / 'model.onnx', '--images', images,
                     *more)


def data_sets():
    for case, (right, warning) in TRAINED.items():
        begin = time.monotonic()
        done = train(case)
        cases.check(case, done.returncode == 0, done.stderr)
        if done.returncode:
            continue
        cases.check(case, len(done.stderr.splitlines()) == (1 if warning else 0) and (warning or '') in done.stderr,
                    f'expected the warning {warning}, found {done.stderr}')
        cases.check(case, None not in losses(case), f'{losses(case)}')
        cases.check(case, right != 'same' or losses(case) == losses(PLAIN), f'{losses(case)} is not {losses(PLAIN)}')
        cases.check(case, time.monotonic() - begin < 30, 'takes more than 30 seconds')
    for case, says in REFUSED.items():
        cases.refused(case, train(case), file_of(case).name, says)
        cases.check(case, not (work / case).exists(), 'leaves files behind')
    used = sorted(d['bbox'] + [d['score']] for d in found(PLAIN))
    for case, right in ((PLAIN, {1, 2, 3}), ('G01a_ids_from_zero', {0, 1, 2}), ('ids_in_order', {7, 11, 90}),
                        ('ids_are_texts', {'a red', 'blue', 'green'}), ('G07_classes_in_another_order', {1, 2, 3})):
        detections = found(case)
        cases.check(case, {d['category_id'] for d in detections} == right, f'{detections[:9]}')
        cases.check(case, sorted(d['bbox'] + [d['score']] for d in detections) == used, 'finds other boxes')
    # The numbers are the same too: the metric, by the ids of each file.
    stats = {}
    for case, truth in ((PLAIN, PLAIN), ('G01a_ids_from_zero',) * 2, ('ids_in_order',) * 2, ('ids_are_texts',) * 2,
                        (PLAIN, 'G07_classes_in_another_order'), ('G07_classes_in_another_order', PLAIN)):
        done = evaluate(truth, case, '--json')
        cases.check(case, done.returncode == 0, done.stderr)
        stats.setdefault('right', json.loads(done.stdout or '{"stats": 0}')['stats'])
        cases.check(case, json.loads(done.stdout or '{"stats": 1}')['stats'] == stats['right'], f'{done.stdout} {stats}')
    cases.refused('G01', evaluate('ids_in_order'), 'category id', 'it knows 1, 2, 3')
    for case, says in (('G10c_url_and_missing', 'is an address'), ('G10b_absolute_paths', 'is an absolute path')):
        cases.refused(case, evaluate(case), 'file_name', says)
    done = evaluate('G10a_backslash_paths', PLAIN, '--json', '--html', work / 'backslash.html')
    cases.check('G10a', done.returncode == 0 and json.loads(done.stdout)['stats'] == stats['right'], done.stderr)


def crowded():
    """Memory and time of assignment do not grow with boxes times cells: with 20,000 boxes in one picture that would be some
    40 MB in each array of floats."""
    peak = {}
    for case, count in (('few', 10), ('many', 20000)):
        data = load('G13_many_boxes_in_one_picture')
        boxes = data['annotations']
        data['annotations'] = [dict(boxes[k % len(boxes)], id=k + 1) for k in range(count)]
        OWN[case] = work / (case + '.json')
        OWN[case].write_text(json.dumps(data))
        begin = time.monotonic()
        words = ('--images', images, '--annotations', OWN[case], '--output', work / case, '--iterations', 1, '--batch', 8,
                 '--side', 160)
        with open(work / (case + '.txt'), 'w+') as said:
            running = subprocess.Popen([cases.program['train'], *map(str, words)], stdout=said, stderr=said)
            _, status, used = os.wait4(running.pid, 0)
            running.returncode = status
            said.seek(0)
            cases.check('G13', status == 0, said.read())
        peak[case] = used.ru_maxrss // 1024
        cases.check('G13', time.monotonic() - begin < 60, f'{count} boxes take more than a minute')
    print(f'peak memory with 10 boxes {peak["few"]} MB, with 20,000 {peak["many"]} MB')
    # Sanitizers keep freed memory.
    cases.check('G13', peak['many'] < peak['few'] + 32 or os.environ.get('OCTET_SANITIZED'), f'{peak} MB')


def names():
    case = 'G11_string_category_names_unicode'
    truth = load(case)
    right = [c['name'] for c in truth['categories']]
    done = cases.run('detect', '--model', work / case / 'model.onnx', '--output', work / 'drawn', '--threshold', 0,
                     images / '00.png', images / '01.png', images / '02.png')
    cases.check(case, any(f' {name} ' in done.stdout for name in right), done.stdout[:400])
    detections = [{key: a.get(key, 0.9) for key in ('image_id', 'category_id', 'bbox', 'score')}
                  for a in truth['annotations']]
    (work / 'names.json').write_text(json.dumps(detections))
    words = ('evaluate', '--annotations', file_of(case), '--detections', work / 'names.json', '--per-class')
    text = cases.run(*words).stdout
    cases.check(case, all(name in text for name in right), text)
    said = json.loads(cases.run(*words, '--json').stdout)
    cases.check(case, sorted(c['name'] for c in said['per_class']) == sorted(right), f"{said['per_class']}")
    cases.run(*words, '--html', work / 'page.html')
    page = (work / 'page.html').read_text()
    escaped = [name.replace('&', '&amp;').replace('<', '&lt;').replace('"', '&quot;') for name in right]
    cases.check(case, all(a in page or b in page for a, b in zip(right, escaped)), 'the page lacks names')


LONG = ('--iterations', 8, '--batch', 2, '--side', 64, '--save-every', 2)


def same_files(case, a, b):
    for name in ('model.onnx', 'checkpoint.bin'):
        cases.check(case, (work / a / name).read_bytes() == (work / b / name).read_bytes(), f'{name} is another')


def resumed():
    whole = train(PLAIN, output='whole', settings=LONG)
    cases.check('G04', whole.returncode == 0, whole.stderr)
    half = train(PLAIN, '--stop-after', 4, output='half', settings=LONG)
    cases.check('G04', half.returncode == 0 and not (work / 'half' / 'model.onnx').exists(), half.stdout + half.stderr)
    # The same classes in another order are the same data.
    going_on = train('G07_classes_in_another_order', '--resume', output='half', settings=LONG)
    cases.check('G04', going_on.returncode == 0, going_on.stderr)
    same_files('G04', 'whole', 'half')

    chance = random.Random(4)
    place = work / 'killed'
    kept = place / 'checkpoint.bin'
    for _ in range(6):
        words = ['train', '--images', images, '--annotations', file_of(PLAIN), '--output', place, *LONG, '--save-every', 1]
        words += ['--resume'] if kept.exists() else []
        before = kept.stat().st_mtime_ns if kept.exists() else 0
        running = subprocess.Popen([cases.program['train'], *map(str, words[1:])], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        while running.poll() is None and (kept.stat().st_mtime_ns if kept.exists() else 0) == before:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.1)
        running.kill()
        running.wait()
    done = train(PLAIN, '--save-every', 1, '--resume', output='killed', settings=LONG)
    cases.check('G04 killed', done.returncode == 0, done.stderr)
    same_files('G04 killed', 'whole', 'killed')

    for case, says in (('four_classes', "'classes: 3' in it, 'classes: 4' now"), ('one_class_one_box', "'classes: 1' now"),
                       ('G01a_ids_from_zero', "'category ids: 1, 2, 3' in it, 'category ids: 0, 1, 2' now"),
                       ('one_less', "8 pictures, 11 objects"), ('one_less', "8 pictures, 10 objects")):
        cases.refused('G06' if 'class' in case else 'G04', train(case, '--resume', output='half', settings=LONG),
                      'checkpoint.bin', says)
    for more, says in ((('--side', 96), "'side: 64' in it, 'side: 96' now"), (('--recipe', 'picodet_s_npu'),
                        "'recipe: shapes' in it"),
                       (('--iterations', 9), "'iterations: 8' in it, 'iterations: 9' now"),
                       (('--seed', 2), "'seed: 2' now")):
        cases.refused('G04', train(PLAIN, *more, '--resume', output='half', settings=LONG), 'checkpoint.bin', says)
    whole_bytes = (work / 'half' / 'checkpoint.bin').read_bytes()
    for cut in (0, 5, 40, 1000, len(whole_bytes) - 1):
        (work / 'half' / 'checkpoint.bin').write_bytes(whole_bytes[:cut])
        cases.refused('G04', train(PLAIN, '--resume', output='half', settings=LONG), 'checkpoint.bin')


def qat(output, *more, model=PLAIN):
    return cases.run('qat', '--model', work / model / 'model.onnx', '--images', images, '--recursive', '--output',
                     work / output, '--batch', 2, '--calibration', 4, *more)


def quantised():
    whole = qat('int8', '--iterations', 4, '--evaluate', images, '--annotations', file_of('G07_classes_in_another_order'))
    cases.check('G14', whole.returncode == 0, whole.stderr)
    for more in (('--stop-after', 2), ('--resume',)):
        done = qat('int8_half', '--iterations', 4, *more)
        cases.check('G04 qat', done.returncode == 0, done.stderr)
    for name in ('model_int8.onnx', 'checkpoint.bin'):
        cases.check('G04 qat', (work / 'int8' / name).read_bytes() == (work / 'int8_half' / name).read_bytes(), name)
    cases.refused('G06 qat', qat('int8_half', '--iterations', 4, '--resume', model='G01c_class_never_used'),
                  "'classes: 3' in it, 'classes: 4' now")
    cases.refused('G04 qat', qat('int8_half', '--iterations', 4, '--resume', model='G03a_boxes_beyond_the_picture'),
                  "'model: ")
    done = cases.run('detect', '--model', work / 'int8' / 'model_int8.onnx', '--output', work / 'drawn', '--threshold', 0,
                     images / '00.png')
    named = any(name in done.stdout for name in ('red', 'blue', 'green'))
    cases.check('G01 qat', done.returncode == 0 and named, done.stdout + done.stderr)
    # An evaluation that uses a category which the model has not learned.
    foreign = qat('foreign', '--iterations', 1, '--evaluate', images, '--annotations', file_of('ids_in_order'))
    cases.refused('G01 qat', foreign, 'category id', 'it knows 1, 2, 3')
    for rate in ('10', '1e9', '1e30', '1e300'):
        case, kept = 'G05 ' + rate, work / ('rate' + rate) / 'checkpoint.bin'
        done = qat('rate' + rate, '--iterations', 40, '--rate', rate, '--save-every', 1)
        cases.refused(case, done, 'iteration ', "'", 'holds iteration' if kept.exists() else 'no checkpoint')
        cases.check(case, not (kept.parent / 'model_int8.onnx').exists(), 'a model is written')
        # A later start from what is kept meets the same end; nothing in it is NaN, or the first step would say so.
        if kept.exists():
            again = qat('rate' + rate, '--iterations', 40, '--rate', rate, '--save-every', 1, '--resume')
            cases.check(case, again.stderr == done.stderr, f'{done.stderr}{again.stderr}')
    for rate in (1, 10):
        cases.refused('G05', qat('rose', '--iterations', 20, '--rate', rate, '--estimator', 'straight_through'),
                      'iteration ', 'the loss rose from', 'no checkpoint')
    cases.check('G05', not (work / 'rose' / 'model_int8.onnx').exists(), 'a model is written')
    high = train(PLAIN, '--rate', 10, output='rate_high', settings=(*SMALL, '--iterations', 40))
    cases.check('G05 train', 'the loss rose' in high.stderr or 'every score is 0' in high.stderr, high.stdout + high.stderr)
    for rate, says in (('1000', 'the loss rose from'), ('1e9', ''), ('1e300', "'")):
        cases.refused('G05 train', train(PLAIN, '--rate', rate, output='rate' + rate, settings=(*SMALL, '--iterations', 40)),
                      'iteration ', says, 'checkpoint')
        cases.check('G05 train', not (work / ('rate' + rate) / 'model.onnx').exists(), 'a model is written')


begin = time.monotonic()
for part in (data_sets, crowded, names, resumed, quantised):
    part()
    print(f'{part.__name__}: {time.monotonic() - begin:.0f} s')
cases.finish()
