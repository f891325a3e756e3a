"""Bitwuzla as a program, which its package has none of: answers the SMT-LIB file that Halmos names."""

import sys

import bitwuzla

options = bitwuzla.Options()
# Halmos shows the values that break what is to be proved.
options.set(bitwuzla.Option.PRODUCE_MODELS, True)
bitwuzla.Parser(bitwuzla.TermManager(), options).parse(sys.argv[1])
