# behaviour: hashlib, hmac, ssl, secrets and uuid
import hashlib, hmac, secrets, ssl, uuid, zlib
for n in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(n, b"data" * 1000); print(n, h.hexdigest(16) if "shake" in n else h.hexdigest())
print(hmac.new(b"k", b"m", "sha256").hexdigest(), hashlib.pbkdf2_hmac("sha256", b"p", b"s", 1000).hex(), hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1).hex()[:20]); print(len(secrets.token_bytes(32)), uuid.uuid4() != uuid.uuid4(), uuid.uuid5(uuid.NAMESPACE_DNS, "x.org"), uuid.uuid4().version)
c = ssl.create_default_context(); print(c.verify_mode, c.check_hostname, ssl.HAS_TLSv1_3, len(c.get_ciphers()) > 5, zlib.adler32(b"x"))
