"""One program holds the same kernels compiled for two instruction sets. In whatever order they are linked, both give the
same result and the baseline stays free of instructions that an old processor lacks. Then one that chooses at run time, from
units that show no more than one symbol each: every processor gets its own, and the same result."""
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


def symbols(target, kinds):
    """Defined ones; how exceptions are handled is the same data in all objects."""
    lines = re.findall(rf'^\S* [{kinds}] (.*)$', demand(['nm', '-C', '--defined-only', target]), re.M)
    return {line for line in lines if not line.startswith('DW.ref.')}


def weak(target):
    return symbols(target, 'WVu')


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

units = {'sse4_1': 'x86-64-v2', 'avx2': 'x86-64-v3', 'avx_vnni': 'x86-64-v3 -mavxvnni',
         'avx512_vnni': 'x86-64-v4 -mavx512vnni'}
processors = {'core2duo': 'scalar', 'Nehalem': 'sse4_1', 'Haswell': 'avx2'}
for level in ('-O2',):
    objects = {'main': house.scratch / f'odr_dispatch{level}.o'}
    demand(compiler + [level, '-march=x86-64', sources / 'dispatch.cpp', '-o', objects['main']])
    for name, march in units.items():
        objects[name] = house.scratch / f'odr_unit_{name}{level}.o'
        demand(compiler + [level, *f'-march={march}'.split(), sources / 'unit.cpp', '-o', objects[name]])
        shown = {symbol for symbol in symbols(objects[name], 'TDBRCWVu') if f'::{name}_unchecked::' not in symbol}
        if shown != {f'octet::nn::operations const& octet::nn::dispatched_operations<octet::arch::{name}>()'}:
            offences.append(f'{level}: the unit of {name} shows {shown}')
    kept = {name: weak(target) for name, target in objects.items()}
    offences += [f'{level}: the linker keeps one of two copies of {symbol}, in {a} and {b}'
                 for a in kept for b in kept if a < b for symbol in sorted(kept[a] & kept[b])]
    for order in (list(objects), list(objects)[::-1]):
        program = house.scratch / 'odr_dispatch'
        demand(house.cxx + [*(objects[name] for name in order), '-o', program])
        outputs = [demand([program]).split()]
        if shutil.which('qemu-x86_64'):
            for processor, name in processors.items():
                # Behind what the emulator says about features that it lacks.
                outputs.append(demand(['qemu-x86_64', '-cpu', processor, program]).splitlines()[-1].split())
                if outputs[-1][0] != name:
                    offences.append(f'{level}: a {processor} runs {outputs[-1][0]} instead of {name}')
        if len({tuple(output[1:]) for output in outputs}) != 1:
            offences.append(f'{level}: results differ: {outputs}')
        checked += 1

house.finish(offences, checked)
