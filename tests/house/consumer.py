"""Others can use the library: installed, through pkg-config; and as a meson subproject, which builds none of our tests."""
import os
import shutil

import house

work = house.scratch / 'consumer'
shutil.rmtree(work, ignore_errors=True)
(work / 'app/subprojects').mkdir(parents=True)
(work / 'app/app.cpp').write_text(
    '#include <octet/core.hpp>\n'
    'int main() { return octet::rescale(4, octet::make_multiplier(0.25)) - 1; }\n')
(work / 'app/meson.build').write_text(
    "project('app', 'cpp', default_options: ['cpp_std=c++20'])\n"
    "test('app', executable('app', 'app.cpp', dependencies: dependency('octet', fallback: ['octet'])))\n")
environment = {name: value for name, value in os.environ.items() if not name.startswith(('MESON', 'HOUSE'))}
offences = []


def step(*command, **more):
    status, output = house.run(command, env=environment | more)
    if status:
        offences.append(f'{" ".join(str(word) for word in command)}:\n{output[-3000:]}')
    return output


prefix = work / 'prefix'
off = [f'-D{name}=disabled' for name in ('tests', 'examples', 'benchmarks')]
step('meson', 'setup', work / 'install', house.root, f'--prefix={prefix}', *off)
step('meson', 'install', '-C', work / 'install')
installed = sorted(str(path.relative_to(prefix / 'include')) for path in prefix.glob('include/**/*') if path.is_file())
if installed != house.headers():
    offences.append(f'installed and present headers differ: {sorted(set(installed) ^ set(house.headers()))}')
cflags = step('pkg-config', '--cflags', '--libs', 'octet', PKG_CONFIG_PATH=str(prefix / 'share/pkgconfig')).split()
step(*house.cxx, '-std=c++20', work / 'app/app.cpp', *cflags, '-o', work / 'by_pkg_config')
step(work / 'by_pkg_config')

(work / 'app/subprojects/octet').symlink_to(house.root)
step('meson', 'setup', work / 'app/build', work / 'app', '--force-fallback-for=octet')
step('ninja', '-C', work / 'app/build')
tests = step('meson', 'test', '-C', work / 'app/build', '--list').splitlines()
if [line for line in tests if 'app' not in line and 'ninja' not in line]:
    offences.append(f'a subproject brings its own tests: {tests}')
step('meson', 'test', '-C', work / 'app/build')

house.finish(offences, 2)
