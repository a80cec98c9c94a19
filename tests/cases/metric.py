"""metric.py PROGRAM: `evaluate` on every folder of the cases' A: what expected.json says is right, to 1e-12 (the reference
sums exactly, numpy does not); and for each kind of case what stderr must say."""
import json

from cases import check, finish, folder, refused, run

# By the beginning of the name: words of the warning, or of the error where the file is refused.
says = {
    'A01': ['line', 'column', 'iscrowd', '--policy corrected'],
    'A02': ['line', 'column', 'area', '--policy corrected'],
    'A03': ['empty list', '--policy corrected'],
    'A06c': ['line', 'column', 'out of range'],
    'A07': ['annotation 0', 'never found'],
    'A08a': ['annotation id 0 is there 4 times'],
    'A08b': ['annotation id', 'is there'],
    'A09': ['score of another one', 'order of the file'],
    'A10': ['50 of 150', '100'],
    'A11a': ['without any object', 'category 7', '3'],
    'A11b': ['does not have', 'category'],
    'A12': ['no annotation', '-1'],
    'A13a': ['area is 0', 'all 4'],
    'A14a': ['NaN', 'detection 6'],
    'A14b': ['0 or negative', 'detection 6'],
    'A14c': ['scores', 'NaN'],
    'A15': ['line', 'column', '4711'],
    'A16b': ['line', 'column', '"0.9"', 'score'],
    'A16c': ['line', 'column', '"1"', 'number', 'as 1 is'],
    'A17a': ['line 1, column 1', 'expected an array'],
    'A17c': ['line', 'column'],
    'A17d': ['line', 'column'],
    'A17e': ['line', 'column', 'end of the file'],
    'A18': ['repeat', 'suppression'],
    'A19a': ['line', 'column', 'bbox'],
    'A19b': ['line', 'column', 'bbox'],
    'A19c': ['leave their pictures', 'corners'],
    'A21a': ['is there 2 times'],
    'A22': ['do not take part'],
    'A23': ['category 0', '3 of 5', "network's list"],
    'A25': ['line', 'column', '"area"'],
    'A26a': ['line', 'column', '"bbox"'],
    'A26b': ['line', 'column'],
    'A26c': ['line', 'column', '"score"'],
}
quiet = ('A00', 'A04', 'A05', 'A06a', 'A06b', 'A06d', 'A16a', 'A17b', 'A20', 'A21b')


def same(found, wanted):
    return len(found) == len(wanted) and all(abs(x - y) < 1e-12 for x, y in zip(found, wanted))


def judge(place):
    case = place.name
    expected = json.loads((place / 'expected.json').read_text())
    wanted, right = expected['wanted'], expected['pycocotools']
    words = ('evaluate', '--annotations', place / 'gt.json', '--detections', place / 'dt.json')
    done, plain = run(*words, '--json'), run(*words)
    taken = done.returncode == 0
    stats = json.loads(done.stdout)['stats'] if taken else None
    if isinstance(right, list):
        check(case, same(stats, right) if taken else 'or an error' in wanted,
              f'expected {right}\n{done.stdout}{done.stderr}')
    elif taken:
        base = json.loads((place.parent / 'A00_base/expected.json').read_text())['pycocotools']
        check(case, 'or an error' in wanted and same(stats, base), f'is taken: {done.stdout}')
    if not taken:
        refused(case, done)
    lines = done.stderr.splitlines()
    check(case, plain.stderr == done.stderr and plain.returncode == done.returncode,
          f'--json changes stderr: {plain.stderr}')
    check(case, not taken or all(line.startswith('evaluate: warning: ') for line in lines), f'stderr: {done.stderr}')
    kinds = [kind for kind in says if case.startswith(kind)]
    for kind in kinds:
        check(case, any(all(text in line for text in says[kind]) for line in lines),
              f'expected {says[kind]} in one line, found\n{done.stderr}')
    check(case, not case.startswith(quiet) or not lines, f'warns without a reason: {done.stderr}')
    if 'if_repaired' in expected:
        mended = run(*words, '--json', '--policy', 'corrected')
        if mended.returncode == 0:
            check(case, same(json.loads(mended.stdout)['stats'], expected['if_repaired']), f'corrected: {mended.stdout}')
        else:
            refused(case, mended, 'two annotations have the id')
            check(case, case.startswith('A08'), f'corrected: {mended.stderr}')


places = sorted((folder() / 'A').iterdir())
for place in places:
    if (place / 'expected.json').exists():
        judge(place)
for place in places:
    if place.name.startswith('A10'):
        words = ('evaluate', '--annotations', place / 'gt.json', '--detections', place / 'dt.json', '--json')
        for policy, limits, first in (('strict', '1,10,500', -1), ('strict', '1,100,500', 0.6633663366336634),
                                      ('corrected', '500', 1), ('corrected', '1,10,500', 1)):
            done = run(*words, '--policy', policy, '--max-detections', limits)
            check(place.name, done.returncode == 0 and not done.stderr, f'{policy} {limits}: {done.stderr}')
            stats = json.loads(done.stdout)['stats']
            check(place.name, same([stats[0], stats[1]], [first, 1]), f'{policy} {limits}: {stats}')
finish()
