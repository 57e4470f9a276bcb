# behaviour: os, pathlib, shutil, tempfile, glob, mmap and stat on a tree
import fcntl, filecmp, fnmatch, glob, mmap, os, pathlib, shutil, stat, tempfile
p = pathlib.Path("a/b/c"); p.mkdir(parents=True); (p / "f.txt").write_text("text ü\n"); (p / "g.bin").write_bytes(bytes(range(256))); os.symlink("f.txt", p / "l"); print(sorted(str(x) for x in pathlib.Path("a").rglob("*")), (p / "l").read_text(), (p / "f.txt").stat().st_size, os.readlink(p / "l"))
for top, dirs, names in os.walk("a"): print(top, dirs, sorted(names))
shutil.copytree("a", "copy", symlinks=True); print(filecmp.dircmp("a", "copy").left_only, sorted(glob.glob("copy/**/*.txt", recursive=True)), fnmatch.filter(["x.py", "y.c"], "*.py")); shutil.move("copy", "moved"); shutil.rmtree("a"); print(os.path.exists("a"), os.path.isdir("moved"), sorted(os.listdir()))
with tempfile.TemporaryDirectory() as d: print(os.path.isdir(d)); open(os.path.join(d, "x"), "w").close()
print(os.path.exists(d)); 
with tempfile.NamedTemporaryFile("w+") as f: f.write("temp"); f.seek(0); print(f.read())
with open("m", "wb") as f: f.write(b"\0" * 10000)
with open("m", "r+b") as f:
    m = mmap.mmap(f.fileno(), 0); m[5000:5005] = b"hello"; m.flush(); print(m.find(b"hello")); m.close(); f.seek(5000); print(f.read(5)); fcntl.flock(f, fcntl.LOCK_EX)
os.chmod("m", 0o640); print(stat.filemode(os.stat("m").st_mode), os.access("m", os.R_OK)); os.utime("m", (1, 2)); print(os.stat("m").st_mtime, os.path.getmtime("m")); os.truncate("m", 5); os.rename("m", "n"); os.replace("n", "o"); print(os.path.getsize("o")); fd = os.open("o", os.O_RDWR | os.O_APPEND); os.write(fd, b"more"); print(os.pread(fd, 20, 3), os.lseek(fd, 0, 1)); os.close(fd)
for bad in (lambda: open("none"), lambda: os.rmdir("moved"), lambda: os.mkdir("moved"), lambda: os.listdir("o"), lambda: os.close(99)):
    try: bad()
    except OSError as e: print(type(e).__name__, e)
with os.scandir("moved") as it: print([(e.name, e.is_dir()) for e in it]); print(shutil.disk_usage("/").total > 0, os.cpu_count() > 0, os.getcwd() != "")
