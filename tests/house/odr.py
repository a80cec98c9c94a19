"""One program holds the same kernels compiled for two instruction sets. In whatever order they are linked, both give the
same result and the baseline stays free of instructions that an old processor lacks."""
import pathlib
import platform
import re
import shutil

import house

if platform.machine() != 'x86_64':
    house.skip('compares instruction sets of x86-64')
sources = pathlib.Path(__file__).parent / 'odr'
house.scratch.mkdir(parents=True, exist_ok=True)
has_avx2 = ' avx2 ' in pathlib.Path('/proc/cpuinfo').read_text()
offences = []
checked = 0


def demand(command):
    status, output = house.run(command)
    if status:
        house.finish([f'{" ".join(map(str, command))}: status {status}\n{output[:3000]}'], 1)
    return output


def weak(target):
    return set(re.findall(r'^\S* [WVu] (.*)$', demand(['nm', '-C', '--defined-only', target]), re.M))


compiler = house.cxx + ['-std=c++20', '-I', house.include, '-DNDEBUG', '-c']
demand(compiler + [sources / 'main.cpp', '-o', house.scratch / 'odr_main.o'])
for level in ('-Os', '-O2', '-O3'):
    built = {}
    for name, march in (('baseline', 'x86-64'), ('wide', 'x86-64-v3')):
        built[name] = house.scratch / f'odr_{name}{level}.o'
        demand(compiler + [level, f'-march={march}', f'-DNAME={name}', sources / 'kernels.cpp', '-o', built[name]])
    shared = sorted(weak(built['baseline']) & weak(built['wide']))
    offences += [f'{level}: the linker keeps one of two copies of {symbol}: put it into OCTET_ABI' for symbol in shared]
    if '%ymm' in demand(['objdump', '-d', built['baseline']]):
        offences.append(f'{level}: the baseline object uses ymm registers')
    for order in (('baseline', 'wide'), ('wide', 'baseline')):
        program = house.scratch / f'odr_{order[0]}_first'
        demand(house.cxx + [house.scratch / 'odr_main.o', *(built[name] for name in order), '-o', program])
        results = {demand([program, 'both' if has_avx2 else 'baseline'])}
        if shutil.which('qemu-x86_64'):
            results.add(demand(['qemu-x86_64', '-cpu', 'Nehalem', program, 'baseline']))
        if len(results) != 1:
            offences.append(f'{level}, {order[0]} first: results differ: {results}')
        checked += 1

house.finish(offences, checked)
