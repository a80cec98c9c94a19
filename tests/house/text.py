"""What the files look like: the top level, forbidden words, length of lines and headers, links between
documents."""
import os
import re

import house

allowed = {'include', 'tests', 'benchmarks', 'examples', 'meson.build', 'meson_options.txt', 'README.md', 'LICENSE'}
required = {'include', 'tests', 'benchmarks', 'examples', 'meson.build', 'README.md'}
# Split, so that this file does not offend itself.
forbidden = re.compile(r'\bTO' r'DO\b|\bFIX' r'ME\b|\bX' r'XX\b|\bses' r'sions?\b|/wo' r'rk/|/t' r'mp/', re.I)
code = ('.hpp', '.cpp', '.py', '.sh', '.build', '.txt', '.ini')
offences = []

status, tracked = house.run(['git', '-C', house.root, 'ls-files'])
files = [name for name in tracked.splitlines()] if status == 0 and tracked else []
if not files:
    for folder, folders, names in os.walk(house.root):
        folders[:] = [name for name in folders if not name.startswith(('build', '.', '__'))]
        files += [os.path.relpath(os.path.join(folder, name), house.root) for name in names]

top = {name.split('/')[0] for name in files}
offences += [f'{name}: does not belong to the top level' for name in sorted(top - allowed) if not name.startswith('.')]
offences += [f'{name} is missing' for name in sorted(required - top)]

for name in files:
    path = house.root / name
    if not path.is_file():
        continue
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        continue
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if found := forbidden.search(line):
            offences.append(f'{name}:{number}: "{found[0]}"')
        if name.endswith(code) and len(line) > 125:
            offences.append(f'{name}:{number}: {len(line)} columns, at most 125')
        if name.endswith(code) and line != line.rstrip():
            offences.append(f'{name}:{number}: spaces at the end')
    if name.endswith('.md'):
        for link in re.findall(r'\]\((?!https?:|#)([^)#]+)', text):
            if not (path.parent / link).exists():
                offences.append(f'{name}: the link to {link} leads nowhere')
    if name.endswith('.hpp') and len(lines) > 300:
        offences.append(f'{name}: {len(lines)} lines, at most 300: split the idea')

house.finish(offences, len(files))
