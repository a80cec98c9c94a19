"""Each file of must_not_compile/ compiles as it is, and with MISTAKE defined it does not: the compiler then prints the text
that the file announces as `// says: ...` (alternatives of different compilers between slashes), which names the fix.
`// flags: ...` are for the mistaken build."""
import re

import house


def check(path):
    text = path.read_text()
    says = re.findall(r'^// says: (.*)$', text, re.M)
    extra = ' '.join(re.findall(r'^// flags: (.*)$', text, re.M)).split()
    command = house.cxx + house.flags + house.warnings + ['-fsyntax-only', path]
    status, output = house.run(command)
    if status:
        return f'{path.name} does not compile without the mistake:\n{output[:2000]}'
    status, output = house.run(command + ['-DMISTAKE'] + extra)
    if status == 0:
        return f'{path.name} compiles with the mistake'
    missing = [line for line in says if not any(text in output for text in line.split(' / '))]
    if missing or not says:
        return f'{path.name}: the compiler does not say "{"; ".join(missing)}":\n{output[:2000]}'
    return None


files = sorted((house.root / 'tests/house/must_not_compile').glob('*.cpp'))
house.finish([offence for offence in house.on_two_cores(check, files) if offence], len(files))
