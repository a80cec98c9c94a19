"""Every header compiles alone, twice in one translation unit, without a warning. Repeats only headers that changed, or that
include one that did. Where a header includes, perhaps through others, one of `preludes`, the largest of these comes first,
precompiled: what it brings, the header brings itself."""
import house

passed = house.memory('self_contained')
folder = house.scratch / 'preludes'
closures = {header: frozenset(house.closure(header)) for header in house.alone()}
# Other people's headers weigh more than ours.
heavy = {'<xtensor': 60, '<xsimd': 30, '<protozero': 15, '<stb': 20, '<filesystem>': 12, '<functional>': 6, '<thread>': 6,
         '<string>': 6, '<algorithm>': 6, '<vector>': 3}


def weight(header):
    names = {name for part in closures[header] for _, name in house.included(part)}
    return len(closures[header]) + sum(cost for name, cost in heavy.items() if any(n.startswith(name) for n in names))


weights = {header: weight(header) for header in closures}


def choose(headers, count):
    """The preludes that together save most, one after the other."""
    chosen, saved = [], dict.fromkeys(headers, 0)
    for _ in range(count):
        gain = {p: sum(max(0, weights[p] - saved[h]) for h in headers if p != h and p in closures[h]) - 2 * weights[p]
                for p in closures if p not in chosen}
        best = max(gain, key=gain.get)
        if gain[best] <= 0:
            break
        chosen.append(best)
        for h in headers:
            if h != best and best in closures[h]:
                saved[h] = max(saved[h], weights[best])
    return chosen


def prelude_of(header):
    return max((p for p in preludes if p != header and p in closures[header]), key=weights.get, default=None)


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


keys = {header: passed.key(header, *house.warnings) for header in house.alone()}
changed = [header for header in keys if not passed.knows(header, keys[header])]
preludes = choose(changed, 16)
ready = dict(house.on_two_cores(precompile, preludes))
offences = [offence for offence in house.on_two_cores(check, changed) if offence]
passed.save()
house.finish(offences, len(keys))
