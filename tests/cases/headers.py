"""Programs that use the headers in ways that others reported: each compiles and links, or is refused by a sentence of ours,
under each compiler at hand."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cases

# Those that are built in a way of their own, below.
OWN = {'E01_stb_twice.cpp', 'E01_stb_other.cpp', 'E01_stb_same_file.cpp', 'E05_fast_math.cpp', 'E06_main.cpp',
       'E06_two_processors_a.cpp'}

include = pathlib.Path(__file__).resolve().parents[2] / 'include'
root = cases.folder() / 'E'
scratch = tempfile.TemporaryDirectory()
place = pathlib.Path(scratch.name)
compilers = [name for name in ('g++', 'clang++') if shutil.which(name)]


def call(*words, **options):
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', **options)


def compiles(case, compiler, *words):
    done = call(compiler, '-std=c++20', '-I', include, *words)
    cases.check(case, done.returncode == 0, f'{compiler} {" ".join(map(str, words))}:\n{done.stdout[:3000]}')
    return done.returncode == 0


for compiler in compilers:
    for file in sorted(root.glob('*.cpp')):
        if file.name in OWN:
            continue
        standard = '-std=c++20' if compiler == 'g++' else '-std=c++2b'
        done = call(compiler, standard, '-I', include, '-fsyntax-only', file)
        good = done.returncode == 0 or 'error: "octet: ' in done.stdout or '#error "octet: ' in done.stdout
        cases.check(file.stem, good, f'{compiler} {standard}:\n{done.stdout[:3000]}')

    twice = [root / 'E01_stb_twice.cpp', root / 'E01_stb_other.cpp']
    if all(file.exists() for file in twice):
        compiles('E01', compiler, '-O0', *twice, '-o', place / 'twice')
        for order in ([], ['-DAFTER']):
            compiles('E01', compiler, '-O0', *order, root / 'E01_stb_same_file.cpp', '-o', place / 'same')

    for more in ([], ['-DWITH_COCO']):
        done = call(compiler, '-std=c++20', '-O2', '-ffast-math', *more, '-I', include, '-fsyntax-only',
                    root / 'E05_fast_math.cpp')
        cases.check('E05', done.returncode and 'octet: -ffast-math' in done.stdout, f'{compiler}:\n{done.stdout[:1000]}')

    if os.uname().machine == 'x86_64':
        objects = []
        for name, more in (('a', []), ('b', ['-mavx512f', '-mavx512vnni', '-DVNNI'])):
            objects.append(place / f'{name}.o')
            compiles('E06', compiler, '-O0', *more, '-c', root / 'E06_two_processors_a.cpp', '-o', objects[-1])
        compiles('E06', compiler, root / 'E06_main.cpp', *objects, '-o', place / 'two')
        weak = [{line.split(' ', 2)[2] for line in call('nm', '-C', file).stdout.splitlines()
                 if len(line.split(' ', 2)) == 3 and line.split(' ', 2)[1] in 'WVu' and
                 ('octet::' in line or 'xsimd::' in line)} for file in objects]
        cases.check('E06', not weak[0] & weak[1], f'{compiler}: symbols of both: {sorted(weak[0] & weak[1])[:5]}')

if shutil.which('cmake') and shutil.which('meson'):
    prefix = place / 'my prefix'
    off = [f'-D{name}=disabled' for name in ('tests', 'examples', 'benchmarks')]
    clean = {name: value for name, value in os.environ.items() if not name.startswith('MESON')}
    call('meson', 'setup', place / 'install', include.parent, f'--prefix={prefix}', *off, env=clean)
    call('meson', 'install', '-C', place / 'install', env=clean)
    shutil.copy(root / 'E08_CMakeLists.txt', place / 'CMakeLists.txt')
    found = {**clean, 'PKG_CONFIG_PATH': str(prefix / 'share' / 'pkgconfig')}
    for words in (['cmake', '-S', place, '-B', place / 'cmake'], ['cmake', '--build', place / 'cmake']):
        done = call(*words, env=found)
        cases.check('E08', done.returncode == 0, done.stdout[-2000:])

cases.finish()
