"""Fingerprints of the numbers of fixed runs: did a change of the code move a bit?"""
