"""pyshifty, both of its documented ways: `python shifty_report.py validate|validate_algebra DATA SHAPES`."""

import sys

import shifty

way, data, shapes = sys.argv[1:]
if way == "validate":
    _, _, text = shifty.validate(data, shapes)
else:
    text = shifty.validate_algebra(data, shapes).results_text
sys.stdout.write(text)
