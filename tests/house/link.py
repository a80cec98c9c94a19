"""Two translation units that include every header link into one program: everything is inline, a template or constexpr.
Both come from one compilation, since what a header defines does not depend on the file that includes it."""
import shutil

import house

house.scratch.mkdir(parents=True, exist_ok=True)
unit = ''.join(f'#include <{header}>\n' for header in house.alone())
first, second, program = (house.scratch / name for name in ('everything.o', 'everything_again.o', 'everything'))
status, output = house.run(house.cxx + house.flags + ['-O0', '-c', '-x', 'c++', '-', '-o', first], input=unit)
if status == 0:
    shutil.copy(first, second)
    status, output = house.run(house.cxx + ['-x', 'c++', '-', '-x', 'none', first, second, '-pthread', '-o', program],
                               input='int main() {}\n')
house.finish([output] if status else [], len(house.alone()))
