"""Pictures as people have them: odd, turned, broken and hostile files, and folders of all kinds."""
import os
import pathlib
import resource
import shutil
import tempfile

import cases

# File: its size upright, or what the refusal says.
FILES = {
    'adobe_transform1.jpg': (100, 100), 'cmyk_adobe.jpg': (100, 100), 'cmyk_mozilla_1.jpg': (32, 32),
    'exif_orientation_in_png.png': (512, 512), 'exif_orientation_rectangle.jpg': (1, 2), 'exif_portrait_2.jpg': (113, 150),
    'extraneous_data.jpg': (16, 16), 'filter_changes.png': (32, 32), 'grey.jpg': (128, 128), 'grey_alpha.png': (32, 32),
    'grey_alpha_apng.png': (128, 64), 'grey_long.jpg': (1, 1000), 'grey_trns.png': (64, 64), 'icc_after_sof.jpg': (10, 10),
    'idat_after_end.png': (128, 128), 'iphone_cgbi.png': (32, 32), 'issue_2026.png': (1, 1), 'junk_header.jpg': (1024, 768),
    'non_interleaved_mcu.jpg': (64, 16), 'one_bit_500.png': (500, 500), 'one_bit_grey.png': (32, 32),
    'one_pixel_null_trns.png': (1, 1), 'palette.gif': (128, 128), 'palette_transparent.png': (32, 32),
    'photoshop_broken.jpg': (200, 200), 'plain_rgb.jpg': (128, 128), 'plain_rgb.png': (128, 128),
    'progressive_cat.jpg': (320, 240), 'progressive_missing_ac.jpg': (8, 8), 'progressive_mozilla.jpg': (32, 32),
    'progressive_test.jpg': (32, 23), 'qtables_16bit.jpg': (128, 128), 'restarts.jpg': (33, 33), 'rgb24.bmp': (128, 128),
    'rgb_adobe_transform0.jpg': (500, 333), 'rgb_trns.png': (64, 64), 'rgba.png': (32, 32),
    'sixteen_bit_apng.png': (128, 64),
    'sixteen_bit_rgb.png': (32, 32), 'sixteen_bit_rgba.png': (32, 32), 'size_1x1.jpg': (1, 1), 'wedge_rgb.png': (128, 128),
    'ycck.jpg': (500, 333),
    'broken_80_bytes.png': 'PNG without header', 'broken_data_stream.png': 'IDAT', 'corrupt_header_crc.png': 'IHDR',
    'corrupt_no_idat.png': 'without picture data', 'corrupt_signature.png': 'a PNG whose first byte is damaged',
    'lossless_sof3.jpg': 'lossless JPEG', 'lossy.webp': 'is WebP', 'mjpeg_no_huffman_tables.jpg': 'motion JPEG',
    'partial_progressive.jpg': 'damaged', 'truncated.jpg': 'cut off', 'ultrahdr_mpo.jpg': 'cut off',
}
HOSTILE = {
    'derive-huffman-codes-overflow.jpg': 'cut off', 'empty.jpg': 'is empty', 'invalid-prediction-shift.jpg': 'lossless',
    'max_size.jpg': '65535 x 65535', 'missing-sof.jpg': 'without frame header', 'null_height.jpg': '0 x 800',
    # Its coefficients overflow, but it is complete; older decoders show what comes of it.
    'dc-predictor-overflow.jpg': (144, 144),
}
# File: what another decoder makes of it.
REFERENCE = {
    'cmyk_mozilla_1.jpg': 'jpg-cmyk-1.png', 'ycck.jpg': 'ycck.png', 'progressive_mozilla.jpg': 'jpg-progressive.png',
    'non_interleaved_mcu.jpg': 'non-interleaved-mcu.png', 'restarts.jpg': 'restarts.png',
    'rgb_adobe_transform0.jpg': 'rgb.png',
}
TOP = ['-rf.jpg', 'IMG_6003.JPG', 'P2.PNG', 'a.jpg', 'a_png_called.jpg', 'b.bmp', 'dash-first.jpg', 'g.gif',
       'jpeg_called.png', 'p.png', 'quote\'d "name".jpg', 'two.dots.jpg', 'with space.jpg', 'x.JPEG', 'y.Jpeg', 'zero.jpg',
       'ünï-猫.jpg']


def little():
    """A quarter of a gigabyte and ten seconds are enough for any picture here."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))


def info(*words):
    return cases.run('picture_info', *words, preexec_fn=None if os.environ.get('OCTET_SANITIZED') else little)


def look(case, path, right):
    done = info('--', path)
    if isinstance(right, str):
        cases.refused(case, done, path.name, right)
    else:
        cases.check(case, done.returncode == 0 and tuple(map(int, done.stdout.split()[:2])) == right,
                    f'expected {right}, found {done.stdout}{done.stderr}')


def folder_as_it_was(source, target):
    """A copy whose links, which are kept as files that name their target, are links again."""
    shutil.copytree(source, target, symlinks=True)
    for place, _, _ in os.walk(target):
        os.chmod(place, 0o755)
    for name, to in (('link.jpg', 'a.jpg'), ('dangling.jpg', 'nowhere.jpg'), ('loop', '.')):
        place = target / name
        if os.path.lexists(place):
            place.unlink()
        place.symlink_to(to)
    (target / 'folder.jpg').mkdir(exist_ok=True)


root = cases.folder()
pictures = root / 'pictures'
for name, right in FILES.items():
    look('C08' if name.endswith('.png') else name, pictures / 'files' / name, right)
for name, right in HOSTILE.items():
    look('C11', pictures / 'hostile' / name, right)
for name, other in REFERENCE.items():
    done = info('--difference', pictures / 'reference' / other, pictures / 'files' / name)
    words = done.stdout.split()
    cases.check('C07', len(words) == 5 and int(words[3]) <= 4 and float(words[4]) < 0.5, f'{name}: {words} {done.stderr}')
for orientation in (3, 4, 6, 8):
    # Each was coded anew after it was turned, so they differ by a few levels.
    done = info('--difference', pictures / 'files/exif_orientation_2.jpg',
                pictures / f'files/exif_orientation_{orientation}.jpg')
    words = done.stdout.split()
    cases.check('C06', words[:2] == ['128', '128'] and float(words[4]) < 4, f'{orientation}: {words} {done.stderr}')
done = info('--ignore-orientation', pictures / 'files/exif_orientation_rectangle.jpg')
cases.check('C06', done.stdout.startswith('2 1 '), done.stdout)

with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place) / 'C10_folder'
    folder_as_it_was(root / 'C' / 'C10_folder', folder)
    done = info('--list', folder)
    cases.check('C10', done.stdout.splitlines() == TOP, done.stdout + done.stderr)
    for part in ('1 .webp files', 'folders below', "1 links that lead nowhere (first 'dangling.jpg')"):
        cases.check('C10', done.stderr.count('\n') == 1 and part in done.stderr, done.stderr)
    done = info('--list', folder, '--recursive')
    below = ['sub folder/b.jpg', 'sub folder/deeper/c.jpg']
    cases.check('C10', done.stdout.splitlines() == sorted(TOP + below, key=os.fsencode), done.stdout + done.stderr)
    for name in TOP:
        look('C09', folder / name, 'is empty' if name == 'zero.jpg' else (128, 128))
    empty = pathlib.Path(place) / 'empty'
    empty.mkdir()
    cases.refused('C10', info('--list', empty), empty, 'holds no picture')
cases.finish()
