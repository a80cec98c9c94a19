"""layers.py PROGRAM: the benchmark of convolutions, on one tiny shape. Says nothing about speed."""
import json
import pathlib
import subprocess
import sys
import tempfile

failures = 0


def check(good, what):
    global failures
    if not good:
        failures += 1
        print('FAILED:', what)


def run(*words):
    return subprocess.run([sys.argv[1], *words], capture_output=True, text=True, timeout=60)


with tempfile.TemporaryDirectory() as folder:
    file, plot = pathlib.Path(folder, 'rows.json'), pathlib.Path(folder, 'plot.svg')
    done = run('--filter', '/dw5x5_96_7$', '--rounds', '3', '--json', str(file), '--plot', str(plot))
    check(done.returncode == 0, done.stderr)
    rows = json.loads(file.read_text())['rows']
    check({row['op'] for row in rows} == {'conv2d_s8', 'conv2d_s8_full', 'conv2d_s8_hard_swish', 'conv2d_f32'}, 'operations')
    for row in rows:
        check(row['shape'] == 'dw5x5_96_7' and row['name'] == '/'.join((row['op'], row['arch'], row['shape'])), row['name'])
        check(0 < row['ns_min'] <= row['ns_median'] and row['threads'] == 1, 'times')
        products = 7 * 7 * 96 * 25
        check(abs(row['gmacs'] * row['ns_median'] / products - 1) < 1e-6, 'products per second')
        check(row['peak_share'] > 0, 'share of the peak')
        check(row['best_peer'] is None and row['ratio_best_peer'] is None, 'peers that were not asked for')
        check(row['op'] in done.stdout, 'the table')
    check(plot.read_text().rstrip().endswith('</svg>'), 'the plot')

for words in (['--filter', '('], ['--filter', 'no such shape'], ['--threads', '0'], ['--json'], ['--unknown']):
    done = run(*words)
    check(done.returncode == 2 and done.stderr.count('\n') == 1 and not done.stdout, f'{words}: {done.stderr}')

sys.exit(failures != 0)
