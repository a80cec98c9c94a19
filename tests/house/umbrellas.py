"""core and each policy library compile alone from their umbrella with g++ and clang++, whatever the flags; nothing of the
host libraries reaches core, nn and detect, and their preprocessed size stays within what a small build can bear."""
import shutil

import house

host_libraries = ('xtensor', 'xsimd', 'xtl', '/stb', 'protozero', 'doctest', 'json')
budget = {'core': 15000, 'nn': 60000, 'detect': 60000}  # lines; the intrinsics header alone has 40000
offences = []
compilers = [house.cxx] + ([['clang++']] if shutil.which('clang++') else [])
if len(compilers) == 1:
    print('clang++ is not installed: compiled with one compiler only')
names = [name for name in ('core', 'quant', 'nn', 'detect', 'coco') if f'octet/{name}.hpp' in house.headers()]


def compile_alone(job):
    compiler, name, extra = job
    command = compiler + ['-std=c++20', '-I', house.include] + house.warnings + extra
    status, output = house.run(command + ['-fsyntax-only', '-x', 'c++', '-'], input=f'#include <octet/{name}.hpp>\n')
    return f'{name} with {compiler[-1]} {" ".join(extra)}:\n{output[:3000]}' if status else None


variants = [[], ['-DNDEBUG', '-fno-exceptions', '-fno-rtti']]
if house.march != 'none':
    variants.append([f'-march={house.march}'])
firmware = ('core', 'nn', 'detect')
jobs = [(compiler, name, extra) for compiler in compilers for name in names for extra in variants
        if '-fno-exceptions' not in extra or name in firmware]
offences += [offence for offence in house.on_two_cores(compile_alone, jobs) if offence]

for name in set(names) & set(firmware):
    status, output = house.run(house.cxx + house.flags + ['-E', '-x', 'c++', '-'], input=f'#include <octet/{name}.hpp>\n')
    files = {line.split('"')[1] for line in output.splitlines() if line.startswith('# ') and '"' in line}
    offences += [f'{name} includes {file}' for file in sorted(files)
                 if any(library in file for library in host_libraries) and str(house.include) not in file]
    lines = sum(1 for line in output.splitlines() if line and not line.startswith('#'))
    print(f'{name}: {lines} preprocessed lines')
    if lines > budget[name]:
        offences.append(f'{name}: {lines} preprocessed lines, at most {budget[name]}')

house.finish(offences, len(jobs))
