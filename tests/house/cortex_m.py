"""core, nn and detect compile for a Cortex-M4 without exceptions, RTTI or a hosted library, and ask the linker for nothing
that would bring in a heap, exceptions, streams or threads."""
import re

import house

house.need('arm-none-eabi-g++')
forbidden = re.compile(r'operator (new|delete)|malloc|__cxa_|__gxx_personality|typeinfo|vtable|ios_base|_Unwind|'
                       r'__dynamic_cast|__aeabi_atexit|__dso_handle|pthread|printf')
flags = ['-std=c++20', '-I', house.include, '-mcpu=cortex-m4', '-mthumb', '-O2', '-fno-exceptions', '-fno-rtti',
         '-ffreestanding', '-DNDEBUG'] + house.warnings
house.scratch.mkdir(parents=True, exist_ok=True)
sources = {name: f'#include <octet/{name}.hpp>\n' for name in ('core', 'nn', 'detect')
           if (house.include / f'octet/{name}.hpp').exists()}
sources['firmware'] = (house.root / 'tests/house/firmware.cpp').read_text()


def check(name):
    target = house.scratch / f'cortex_m_{name}.o'
    status, output = house.run(['arm-none-eabi-g++', *flags, '-c', '-x', 'c++', '-', '-o', target], input=sources[name])
    if status:
        return f'{name}:\n{output[:3000]}'
    wanted = [line for line in house.run(['arm-none-eabi-nm', '-C', '-u', target])[1].splitlines() if forbidden.search(line)]
    if name == 'firmware':
        print(house.run(['arm-none-eabi-size', target])[1])
    return f'{name} asks for {" ".join(wanted)}' if wanted else None


house.finish([offence for offence in map(check, sources) if offence], len(sources))
