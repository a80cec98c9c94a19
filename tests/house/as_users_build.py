"""The umbrella headers compile as users build them: silently under twenty warnings, by g++ in C++20 and clang++ in C++23;
after the macros that windows.h, X11, Arduino, Qt and test frameworks leave behind; and without exceptions and RTTI where no
file of ONNX is read."""
import re
import shutil

import house

twenty = ('-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wcast-align -Wcast-qual '
          '-Wundef -Wfloat-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Wduplicated-cond -Wnull-dereference '
          '-Wuseless-cast -Wdouble-promotion -Wimplicit-fallthrough -Wextra-semi -Wunused').split()
macros = ['min(a, b) (((a) < (b)) ? (a) : (b))', 'max(a, b) (((a) > (b)) ? (a) : (b))', 'near', 'far', 'small char',
          'interface struct', 'IN', 'OUT', 'ERROR 0', 'B0 1', 'F(x) x', 'abs(x) ((x) > 0 ? (x) : -(x))',
          'round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x)-0.5))', 'None 0L', 'Bool int', 'Status int', 'Success 0',
          'emit', 'slots', 'signals public', 'foreach for', 'CHECK(x) x', 'INFO(x) x', 'WARN(x) x', 'FAIL(x) x',
          'check(x) x']
compilers = [name for name in ('g++', 'clang++') if shutil.which(name)]
umbrellas = house.umbrellas()
includes = ''.join(f'#include <{header}>\n' for header in umbrellas)
# What a program has included before the macros come: the standard library and other people's headers, which do not survive
# them.
foreign = sorted({name for header in house.headers() for _, name in house.included(header) if 'octet/' not in name})
before = ''.join(f'#if __has_include({name})\n#include {name}\n#endif\n' for name in foreign
                 if not re.match(r'<(arm_|immintrin|stb/)', name))


def compile(task):
    what, compiler, flags, text = task
    status, output = house.run([compiler, *flags, '-fsyntax-only', '-x', 'c++', '-I', house.include, '-'],
                               input=text + 'int main() {}\n')
    ours = [line for line in output.splitlines() if re.search(r'octet/.*(warning|error):', line)]
    if status or ours:
        return f'{what}, {compiler} {flags[0]}:\n' + '\n'.join(list(dict.fromkeys(ours))[:20] or [output[:3000]])
    return None


tasks = [('twenty warnings', compiler, [standard, *twenty], includes)
         for compiler, standard in zip(compilers, ('-std=c++20', '-std=c++2b'))]
defines = ''.join(f'#define {macro}\n' for macro in macros)
tasks += [("other people's macros", compilers[-1], ['-std=c++20'], before + defines + includes)]
without = ''.join(f'#include <{header}>\n' for header in umbrellas if house.module(header) != 'io')
tasks += [('no exceptions, no RTTI', compilers[0], ['-std=c++2b', '-fno-exceptions', '-fno-rtti'], without)]
house.finish([offence for offence in house.on_two_cores(compile, tasks) if offence], len(tasks))
