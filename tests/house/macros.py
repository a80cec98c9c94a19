"""core/config.hpp is the only header that defines macros. Others define their include guard, and where a dependency is
configured by macros, those of the dependency, which they undefine again."""
import re

import house

third_party = re.compile(r'(STBI|STBIW|STB)_\w+$')
offences = []

for header in house.headers():
    text = (house.include / header).read_text()
    guard = header.upper().replace('/', '_').replace('.', '_')
    if not re.search(rf'^#ifndef {guard}\n#define {guard}$', text, re.M):
        offences.append(f'{header}: the include guard is to be {guard}')
    undefined = set(re.findall(r'^\s*#\s*undef\s+(\w+)', text, re.M))
    for name in re.findall(r'^\s*#\s*define\s+(\w+)', text, re.M):
        if name == guard:
            continue
        if header == 'octet/core/config.hpp':
            if not name.startswith('OCTET_'):
                offences.append(f'{header}: {name} does not start with OCTET_')
        elif not third_party.match(name):
            offences.append(f'{header}: {name}: macros live in core/config.hpp')
        elif name not in undefined:
            offences.append(f'{header}: {name} leaks; undefine it after the include')
    for name in undefined:
        if not third_party.match(name):
            offences.append(f'{header}: {name} is not ours to undefine')

house.finish(offences, len(house.headers()))
