# behaviour: zlib, gzip, bz2, lzma, zipfile and tarfile pack and unpack
import bz2, gzip, io, lzma, os, tarfile, zipfile, zlib
data = b"".join(b"line %d of the data\n" % (i * i) for i in range(5000))
for m in (zlib, bz2, lzma): p = m.compress(data); print(m.__name__, len(p), m.decompress(p) == data)
with gzip.open("f.gz", "wb") as f: f.write(data)
with gzip.open("f.gz") as f: print(f.read() == data, len(data))
with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr(zipfile.ZipInfo("d/x.txt", (2020, 1, 1, 0, 0, 0)), data); z.write("f.gz")
with zipfile.ZipFile("a.zip") as z: print(z.namelist(), z.read("d/x.txt") == data, z.testzip()); z.extractall("out")
print(sorted(os.listdir("out")))
with tarfile.open("t.tar.xz", "w:xz") as t: t.add("out")
with tarfile.open("t.tar.xz") as t: print(sorted(t.getnames()), t.getmember("out/d/x.txt").size)
