"""Every header compiles alone, twice in one translation unit, without a warning. Repeats only headers that changed, or that
include one that did. Where a header includes, perhaps through others, one of `preludes`, that one comes first, precompiled:
what it brings, the header brings itself."""
import house

preludes = ['octet/graph/float_backend.hpp', 'octet/io/onnx/builder.hpp', 'octet/graph/network.hpp', 'octet/core/simd.hpp']
passed = house.memory('self_contained')
folder = house.scratch / 'preludes'


def prelude_of(header):
    return next((p for p in preludes if p != header and p in house.closure(header)), None)


def precompile(prelude):
    path = folder / prelude.replace('/', '_')
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#include <{prelude}>\n')
    house.run(house.cxx + house.flags + house.warnings + ['-x', 'c++-header', path, '-o', f'{path}.gch'])
    return prelude, path


def check(header):
    first = ready.get(prelude_of(header))
    line = f'#include <{header}>\n'
    command = house.cxx + house.flags + house.warnings + (['-include', first] if first else [])
    status, output = house.run(command + ['-fsyntax-only', '-x', 'c++', '-'], input=line + line)
    if status == 0:
        passed.passed(header, keys[header])
        return None
    return f'{header}:\n{output[:3000]}'


keys = {header: passed.key(header, *house.warnings) for header in house.headers()}
changed = [header for header in keys if not passed.knows(header, keys[header])]
wanted = [prelude_of(header) for header in changed]
ready = dict(house.on_two_cores(precompile, [p for p in preludes if wanted.count(p) > 4]))
offences = [offence for offence in house.on_two_cores(check, changed) if offence]
passed.save()
house.finish(offences, len(keys))
