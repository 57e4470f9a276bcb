// A reactor: handle is given the event's address and length and returns the response's, packed into 64 bits.

/** State of the module: 0 again for each request, which has an instance of its own. */
let requestsSeen = 0;

/** Thaw asks for memory here and puts the event into it. */
export function alloc(length: i32): usize {
  return heap.alloc(length);
}

export function handle(address: usize, length: i32): u64 {
  const event = String.UTF8.decodeUnsafe(address, length);
  requestsSeen++;
  const response = String.UTF8.encode(
    `{"message":"Hello from AssemblyScript","requests_seen":${requestsSeen},"characters":${event.length},"event":${length > 0 ? event : "null"}}`);
  return (changetype<usize>(response) as u64) << 32 | response.byteLength;
}
