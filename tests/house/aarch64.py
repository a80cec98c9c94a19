"""The kernel tests of core and nn, cross-built by meson and run by an emulator of the Cortex-A53."""
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
for step in steps:
    status, output = house.run(step, env=environment)
    if status:
        house.finish([output[-6000:]], 1)
print(output)
house.finish([], len(names))
