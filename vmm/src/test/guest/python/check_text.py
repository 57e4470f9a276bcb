# behaviour: re, string formatting, unicodedata, difflib, locale and encodings
import codecs, difflib, locale, re, string, unicodedata
print(re.findall(r"(\w+)@(\w+)\.com", "joe@site.com, ann@other.com"), re.sub(r"(?P<x>\d+)", lambda m: str(int(m["x"]) * 2), "a1b22c333"), bool(re.fullmatch(r"(a|b)*c", "abab" * 50 + "c")))
print(f"{3.14159:.2f}|{42:>8}|{'x':^5}|{1234567:,}|{255:#x}|{0.1!r}|{1e300:e}", "%s %r %05d" % ("a", "b", 42), string.Template("$a-$b").substitute(a=1, b=2))
for c in "aéß€漢😀": print(unicodedata.name(c), unicodedata.category(c), c.encode(), c.upper())
print(unicodedata.normalize("NFD", "é").encode(), "straße".casefold(), "İ".lower().encode(), codecs.encode("uryyb", "rot13"))
for e in ("utf-16", "latin-1", "cp1252", "shift_jis", "gb18030", "idna", "punycode"): print(e, "bücher".encode(e, "replace") if e != "idna" else "bücher".encode(e))
print("".join(difflib.unified_diff("a\nb\nc\n".splitlines(1), "a\nx\nc\n".splitlines(1)))); print(locale.setlocale(locale.LC_ALL, "C.UTF-8"), locale.getpreferredencoding())
try: b"\xff".decode()
except UnicodeDecodeError as e: print(e)
