# behaviour: standard input is read by line, whole, and at its end
import sys
print(repr(sys.stdin.readline())); print(len(sys.stdin.readline()), sys.stdin.read().split()); print(repr(sys.stdin.read()), sys.argv[1:], sys.stdin.isatty(), sys.stdout.encoding); sys.stderr.write("to stderr\n"); sys.stdout.buffer.write(bytes([0, 255, 10])); sys.exit(7)
