# What hello-python's work comes to without a platform: the event on standard input, the answer on standard output, then the next event.
import http.client
import json
import os

while event := os.read(0, 65536):
    answer = {"hello": json.loads(event).get("name", "world"), "modules": [json.__name__, http.client.__name__]}
    os.write(1, json.dumps(answer).encode())
