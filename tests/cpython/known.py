"""What differs off and on in CPython's test suite, and is not Graft's to mend: patterns
(fnmatch) of test ids, or of files for what befalls the whole process, with the reason."""

KNOWN = {
}
