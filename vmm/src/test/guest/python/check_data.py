# behaviour: json, csv, struct, base64, pickle and configparser read what they write
import base64, binascii, configparser, csv, io, json, pickle, struct, textwrap, xml.etree.ElementTree as ET, html, plistlib, tomllib
d = {"a": [1, 2.5, None, True], "ü": "€", "n": {"x": list(range(20))}}
s = json.dumps(d, indent=1, sort_keys=True); print(s); assert json.loads(s) == d
out = io.StringIO(); w = csv.writer(out); w.writerows([["a", 'q"uote', 3], ["x,y", "", 4]]); print(repr(out.getvalue())); print(list(csv.reader(io.StringIO(out.getvalue()))))
print(struct.pack("<ihqd4s", 1, -2, 3, 4.5, b"abc").hex(), struct.calcsize("@lq"))
print(base64.b64encode(bytes(range(40))), binascii.crc32(b"hello"), pickle.loads(pickle.dumps(d)) == d)
c = configparser.ConfigParser(); c.read_string("[a]\nx = 1\ny: two\n"); print(dict(c["a"]))
r = ET.fromstring("<r><i n='1'>text</i><i n='2'/></r>"); print([(e.get("n"), e.text) for e in r], ET.tostring(r)); print(html.escape("<a&b>"), tomllib.loads("a = [1, 2]\n[t]\nx = 1979-05-27"))
print(textwrap.fill("word " * 30, 40)); print(plistlib.dumps({"k": 1})[:20])
