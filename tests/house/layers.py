"""Includes point down or into the own folder, never up, never sideways; umbrellas hold sorted includes of their own folder
and nothing else; the firmware modules use freestanding headers and intrinsics only."""
import re

import house

freestanding = set('cstdint cstddef array span concepts type_traits limits bit new'.split())
intrinsics = set('immintrin.h arm_neon.h arm_acle.h arm_mve.h'.split())
offences = []

for header in house.headers():
    here = house.module(header)
    if here not in house.floor:
        offences.append(f'{header}: {here} stands on no floor')
        continue
    for number, name in house.included(header):
        place = f'{header}:{number}: {name}'
        if 'octet/' not in name:
            if name.startswith('"'):
                offences.append(f'{place}: use <octet/...>')
            continue
        there = house.module(name.strip('<>"'))
        if name.startswith('"'):
            offences.append(f'{place}: use <octet/...>')
        if there != here and house.floor.get(there, 99) >= house.floor[here]:
            offences.append(f'{place}: {here} may include itself and the floors below it, not {there}')
        if not (house.include / name.strip('<>"')).exists():
            offences.append(f'{place}: there is no such header')

for header in house.umbrellas():
    here = house.module(header)
    names = [name for _, name in house.included(header)]
    if names != sorted(names):
        offences.append(f'{header}: sort the includes')
    offences += [f'{header}: {name} is not of {here}/' for name in names if not name.startswith(f'<octet/{here}/')]
    guard = f'OCTET_{here.upper()}_HPP'
    for number, line in enumerate((house.include / header).read_text().splitlines(), 1):
        fitting = line.startswith(('#include <', '//')) or line in ('', f'#ifndef {guard}', f'#define {guard}', '#endif')
        if not fitting:
            offences.append(f'{header}:{number}: an umbrella holds includes only')

for umbrella in ('octet/core.hpp', 'octet/nn.hpp', 'octet/detect.hpp'):
    for header in house.closure(umbrella):
        for number, name in house.included(header):
            if 'octet/' not in name and name.strip('<>') not in freestanding | intrinsics:
                offences.append(f'{header}:{number}: {name} is not freestanding, and firmware includes {umbrella}')

house.finish(offences, len(house.headers()))
