import http.client
import json


def handler(event, context):
    return {"hello": event.get("name", "world"), "modules": [json.__name__, http.client.__name__]}
