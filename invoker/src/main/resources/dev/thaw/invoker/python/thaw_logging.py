"""The logging module set up as Lambda does it: a handler at the root, each line with its request."""

import logging
import sys

request_id = ""


class _Handler(logging.StreamHandler):
    def emit(self, record):
        record.aws_request_id = request_id
        self.stream = sys.stderr  # The function may have replaced it.
        super().emit(record)


def install():
    handler = _Handler(sys.stderr)
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S")
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
