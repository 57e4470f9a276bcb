;; A function in WebAssembly's text format, with WASI preview 1: the event on standard input, the response on standard output.
;; hello.wasm beside it is this file in binary: npx -p wabt wat2wasm --debug-names hello.wat -o hello.wasm
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param $fd i32) (param $iovecs i32) (param $count i32) (param $result i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param $fd i32) (param $iovecs i32) (param $count i32) (param $result i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param $code i32)))

  (memory (export "memory") 1)

  ;;   0  the iovec of a read: address, length
  ;;  16  three iovecs of the response: before the event, the event, behind it
  ;;  48  how much was read or written
  ;; 100  texts
  ;; 4096 the event, to the memory's end, which grows
  (data (i32.const 16) "\64\00\00\00\2e\00\00\00\00\10\00\00\00\00\00\00\92\00\00\00\02\00\00\00")
  (data (i32.const 100) "{\"message\":\"Hello from WebAssembly\", \"event\": }\n")

  (global $length (mut i32) (i32.const 0))

  ;; Makes room for at least one more byte of the event.
  (func $room
    (if (i32.eq (i32.add (i32.const 4096) (global.get $length)) (i32.shl (memory.size) (i32.const 16)))
      (then
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1))
          (then (call $proc_exit (i32.const 1)))))))

  ;; Reads standard input to its end.
  (func $read_event (local $address i32)
    (loop $more
      (call $room)
      (local.set $address (i32.add (i32.const 4096) (global.get $length)))
      (i32.store (i32.const 0) (local.get $address))
      (i32.store (i32.const 4) (i32.sub (i32.shl (memory.size) (i32.const 16)) (local.get $address)))
      (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 48))
        (then (call $proc_exit (i32.const 1))))
      (global.set $length (i32.add (global.get $length) (i32.load (i32.const 48))))
      (br_if $more (i32.load (i32.const 48)))))

  (func (export "_start")
    (call $read_event)
    (i32.store (i32.const 28) (global.get $length))
    (if (call $fd_write (i32.const 1) (i32.const 16) (i32.const 3) (i32.const 48))
      (then (call $proc_exit (i32.const 1))))))
