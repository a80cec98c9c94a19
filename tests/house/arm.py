"""The kernel tests of nn on Arm: cross-built by meson for the Cortex-A53, and the convolutions for what other cores have.

All run in an emulator of the core."""
import os

import house

house.need('aarch64-linux-gnu-g++')
house.need('qemu-aarch64')
build = house.scratch / 'aarch64'
names = [name for name in ('core', 'nn') if (house.root / 'tests' / name / 'meson.build').exists()]
environment = {name: value for name, value in os.environ.items() if not name.startswith(('MESON', 'CXX', 'HOUSE'))}
steps = [['ninja', '-C', build, '-j2', *(f'tests/{name}/test_{name}' for name in names)],
         ['meson', 'test', '-C', build, '--no-rebuild', '--print-errorlogs', '-t', '5', *names]]
if not (build / 'build.ninja').exists():
    steps.insert(0, ['meson', 'setup', build, house.root, '--cross-file', house.root / 'tests/house/aarch64.ini',
                     '-Dexamples=disabled', '-Dbenchmarks=disabled', '-Doptimization=2'])

variants = {
    'dotprod': (['aarch64-linux-gnu-g++', '-march=armv8.2-a+dotprod'], ['qemu-aarch64', '-cpu', 'max']),
    'i8mm': (['aarch64-linux-gnu-g++', '-march=armv8.2-a+dotprod+i8mm'], ['qemu-aarch64', '-cpu', 'max']),
    'armv7': (['arm-linux-gnueabihf-g++', '-march=armv7-a', '-mfpu=neon-vfpv4', '-Wno-psabi'],
              ['qemu-arm', '-cpu', 'cortex-a7']),
}
for name, (compiler, emulator) in variants.items():
    if not house.shutil.which(compiler[0]) or not house.shutil.which(emulator[0]):
        print(f'{name} is skipped: {compiler[0]} or {emulator[0]} is not installed')
        continue
    program = build.with_name(f'conv2d_{name}')
    sources = [house.root / 'tests' / 'nn' / 'conv2d.cpp', house.root / 'tests' / 'main.cpp']
    steps += [[*compiler, '-std=c++20', '-O1', '-DOCTET_CHECKED', *house.warnings, '-Wno-restrict', '-I', house.include,
               *sources, '-static', '-o', program], [*emulator, program]]
for step in steps:
    status, output = house.run(step, env=environment)
    if status:
        house.finish([output[-6000:]], 1)
print(output)
house.finish([], len(names))
