"""The first C++ program in README.md compiles and links as it stands there."""
import re

import house

text = (house.root / 'README.md').read_text() if (house.root / 'README.md').exists() else ''
found = re.search(r'^```cpp\n(.*?)^```$', text, re.M | re.S)
if not found:
    house.skip('README.md has no ```cpp block')
program = found[1]
if 'int main' not in program:
    program += 'int main() {}\n'
house.scratch.mkdir(parents=True, exist_ok=True)
command = house.cxx + house.flags + house.warnings + ['-O0', '-x', 'c++', '-', '-pthread', '-o', house.scratch / 'readme']
status, output = house.run(command, input=program)
house.finish([output] if status else [], 1)
