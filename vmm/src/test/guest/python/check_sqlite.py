# behaviour: sqlite3 in memory and in a file, with transactions, journal and WAL
import os, sqlite3
for where in (":memory:", "file.db"):
    c = sqlite3.connect(where); c.execute("create table t (id integer primary key, name text, v real)"); c.executemany("insert into t (name, v) values (?, ?)", [(f"n{i}", i * 1.5) for i in range(2000)]); c.commit()
    print(c.execute("select count(*), sum(v), max(name) from t").fetchone()); c.execute("create index i on t (name)"); print(c.execute("select v from t where name = 'n777'").fetchone())
    try:
        with c: c.execute("delete from t"); raise ValueError
    except ValueError: pass
    print(c.execute("select count(*) from t").fetchone(), c.execute("select json_extract('{\"a\": [1, 2]}', '$.a[1]')").fetchone()); c.execute("update t set v = v * 2 where id % 2 = 0"); c.commit(); c.execute("vacuum"); print(c.execute("pragma integrity_check").fetchone()); c.close()
c = sqlite3.connect("file.db"); print(c.execute("pragma journal_mode=wal").fetchone()[0] in ("wal", "delete")); c.execute("insert into t (name) values ('late')"); c.commit(); d = sqlite3.connect("file.db"); print(d.execute("select count(*) from t").fetchone()); d.close(); c.close(); print(sorted(os.listdir(".")), os.path.getsize("file.db") > 10000)
