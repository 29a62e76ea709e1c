"""Reads a concatenated dump with lxml, document by document, taking title, claims and description: the usual Python way."""

import json
import resource
import sys
import time

from lxml import etree

path = sys.argv[1]
start = time.perf_counter()
count = 0
document = []


def read(lines):
    try:
        root = etree.fromstring(b"".join(lines))
    except etree.XMLSyntaxError:
        return 0
    root.findtext(".//invention-title")
    for claim in root.iterfind(".//claim"):
        "".join(claim.itertext())
    for paragraph in root.iterfind("./description//p"):
        "".join(paragraph.itertext())
    return 1


with open(path, "rb") as dump:
    for line in dump:
        if line.startswith(b"<?xml ") and document:
            count += read(document)
            document = []
        document.append(line)
count += read(document)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "count": count, "peak_mb": peak}))
