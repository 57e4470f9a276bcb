# behaviour: sockets, select, http.client against a server in the same thread, urllib parsing, ipaddress
import http.client, ipaddress, select, socket, urllib.parse, email.message, smtplib, ftplib
s = socket.create_server(("127.0.0.1", 0)); c = socket.create_connection(s.getsockname()); a, peer = s.accept(); c.sendall(b"x" * 1000); print(len(a.recv(4096)), peer[0]); r, w, _ = select.select([a], [a], [], 0); print(len(r), len(w)); c.close(); print(a.recv(10)); a.close()
h = http.client.HTTPConnection(*s.getsockname()); h.connect(); a, _ = s.accept(); h.putrequest("GET", "/path?q=1"); h.endheaders(); print(a.recv(1000).split(b"\r\n")[0]); a.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Test: yes\r\n\r\nhello"); r = h.getresponse(); print(r.status, r.getheader("x-test"), r.read()); h.close(); a.close(); s.close()
try: socket.create_connection(s.getsockname() if s.fileno() >= 0 else ("127.0.0.1", 1), timeout=1)
except OSError as e: print(type(e).__name__)
x, y = socket.socketpair(); x.sendmsg([b"two ", b"parts"]); print(y.recv(20)); x.settimeout(0.01)
try: x.recv(1)
except TimeoutError: print("timeout")
print(urllib.parse.urlparse("https://u@h:8/p;a?q=1#f"), urllib.parse.quote("a b/ü"), ipaddress.ip_network("10.0.0.0/30").num_addresses, socket.inet_aton("1.2.3.4"), socket.gethostbyname("127.0.0.1")); m = email.message.EmailMessage(); m["Subject"] = "ü"; m.set_content("body"); print(m.as_string()); u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", 0)); u.sendto(b"self", u.getsockname()); print(u.recvfrom(10)[0])
