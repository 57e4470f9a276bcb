# behaviour: initialises modules, then answers one line of standard input: a function to freeze
import datetime, hashlib, http.client, json, os, random, re, sqlite3, sys, tempfile, time, uuid
counter = 0; db = sqlite3.connect(":memory:"); db.execute("create table t (x)"); db.execute("insert into t values (42)"); kept = tempfile.TemporaryFile(); kept.write(b"kept in a file"); kept.seek(5); cache = {i: str(i) for i in range(10000)}; born = time.monotonic(); print("ready", flush=True)
for line in sys.stdin:
    counter += 1; event = json.loads(line); open("seen", "a").write("x")
    print(json.dumps({"event": event, "counter": counter, "row": db.execute("select x from t").fetchone()[0], "file": kept.read(4).decode(), "seen": os.path.getsize("seen"), "uuid": str(uuid.uuid4()), "os": os.urandom(8).hex(), "time": time.time(), "since": time.monotonic() - born, "cache": cache[777]}), flush=True); break
