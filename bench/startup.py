"""A script that only imports: what Graft costs a program with nothing to gain.

Measured as a whole process, unlike the others.
"""

import argparse
import asyncio
import decimal
import unittest

assert all((argparse, asyncio, decimal, unittest))
