"""Events and results: JSON without spaces lost on anybody, Decimal as a number."""

import json


def _plain(value):
    # decimal is not imported for functions that have no use for it.
    if type(value).__module__ in ("decimal", "_decimal", "_pydecimal"):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


_encoder = json.JSONEncoder(default=_plain, ensure_ascii=False)


def encode(value):
    return _encoder.encode(value).encode("utf-8")


def decode(payload):
    return json.loads(payload)
