/**
 * WebAssembly functions: a module is validated and compiled to JVM classes at deploy ({@link dev.thaw.wasm.WasmCode}), initialised
 * and captured ({@link dev.thaw.wasm.WasmImage}), and each request runs in an instance that stands exactly there. Used by the
 * invoker; knows nothing of it.
 *
 * <p>What a module reaches outside itself comes through {@link dev.thaw.wasm.Host}, how a request becomes calls of exports through
 * {@link dev.thaw.wasm.Contract}; package {@code dev.thaw.wasm.wasi} has those of WASI.
 *
 * <h2>The engine</h2>
 * Endive (Bytecode Alliance; before, Chicory) parses, validates and compiles, in Java: no native code, so a fault of the compiler
 * is a Java exception and what it emits is verified by the JVM like any class. Version 1.0.0: of the later ones that Maven Central
 * lists, up to 1.2.0, it carried runtime and parser but no compiler when this was written. What is ours around it:
 * <ul>
 * <li>memory ({@code CowMemory}, {@code PagedMemory}) and tables ({@code BoundedTable}) over its interfaces: Endive's own table changes
 *     the limits of the module, which all instances share, when one of them grows;</li>
 * <li>one helper of its generated code ({@code SupportCode}): static offsets of 2 GiB and more did not trap;</li>
 * <li>a look at the binary before its parser ({@code SectionSizes}), which allocates what a count says, and limits after it
 *     ({@code ModuleCheck}); the name section is read by us ({@code FunctionNames}).</li>
 * </ul>
 *
 * <p>It compiles WebAssembly 2.0 without vectors, and exceptions (try_table), multi-memory, extended constants and typed function
 * references. Refused by name ({@code ModuleCheck}, {@code Proposals}): vectors (the compiler does not know them; relaxed ones already the parser), tail
 * calls (Endive's loop over them cannot be interrupted), objects of the garbage-collection proposal and shared memories (no limit of ours
 * would hold them), memory64, custom page sizes, exceptions of the older kind, wide arithmetic, stack switching, and components.
 *
 * <h3>Would another one be better?</h3>
 * The other one in Java with upkeep is GraalWasm (org.graalvm.polyglot:wasm 25.0.1; measured on JDK 25.0.3 of Temurin, on two cores of a
 * virtual Intel Xeon with other work beside it). On a JDK as it comes it interprets: SHA-256 of 64 KB takes 170 ms and parsing 36 KB of
 * JSON 53 ms; compiled by Endive they take 0.7 and 0.26 ms at best, and 1.5 and 0.6 ms in a process that has run much else (below). With
 * Graal's compiler beside it (its jar as an upgraded module, {@code -XX:+EnableJVMCI}) it comes to 0.50 and 0.20 ms; natively it is 0.53
 * and 0.12 ms. But it gets there after seconds, in each process anew, and what Thaw is for costs more: a new context for each request of a
 * JSON function, engine and parsed module shared, took 134 us at best, 294 us p50 and 80 ms p99 after 3,000 of them, and 4.2 s the first
 * time; here it is 31 us p50 and 71 us p99. Nor are its memory and instances open to copying on write: an initialised image would be copied
 * whole for each request. So a module that computes for seconds pays two to five times as much, and what is short, which is what modules
 * are taken for, is quicker with Endive.
 *
 * <h2>A request</h2>
 * An instance is reused for the next request of the same image after a rollback that puts back memory, globals and dropped segments;
 * after a trap, a deadline or a change of a table it is given up. Memory copies frames of 4 KiB on the first write, so rollback
 * costs what was touched. Measured on two cores of a virtual AMD EPYC with other work beside it, the module in C by clang -O2: a command
 * that writes two bytes 7.5 us p50 and 19 us p99 on a thread of {@link dev.thaw.wasm.WasmWorkers}, 19.5 us p50 when another thread
 * hands it over; a parse of 1.5 KB of JSON 24 us p50 and 67 us p99. Beside native code (gcc -O2, process start included): SHA-256
 * of 8 MiB 250 ms to 150 ms, 2,000 parses of that JSON 28 ms to 30 ms, a 1024x1024 image made and reduced four times 108 ms to 40 ms.
 *
 * <p>An image is stored by {@code WasmImage.store} and read back by {@code WasmImage.restored}: what an initialisation drew or computed is
 * the same after a restart. It names the module and the engine and ends with its SHA-256; one that is damaged or foreign is refused, and
 * the module initialises anew.
 *
 * <h2>Memory</h2>
 * Frames make an instance cost what it touches, and each access look one up. Processor time of the same work in frames and after the move
 * into one array (best of five after 450, two processes each, on two virtual cores of an AMD EPYC that others kept busy): SHA-256 of 64 KB
 * 1.16 to 1.35 and 0.94 to 0.99 ms, parsing 36 KB of JSON 0.58 to 0.98 and 0.72 to 1.01 ms, the same to a table 1.8 and 1.5 to 2.1 ms, an
 * image of 640 x 480 to half its size 4.0 and 2.3 to 3.0 ms: a fifth to a third less for two, nothing to be told for the others. An
 * instance starts in frames, and moves after 20,000 accesses, or more for a large memory: the copy then costs about what the frames have
 * cost. Wall-clock time says nothing on such a host: it differed by five times between runs of the same code.
 *
 * <h2>Time</h2>
 * Compiled code looks for an interruption on each backward branch and call, so do the interpreter and each large operation on
 * memories and tables; a clock looks at all requests every 3 ms and interrupts. A host function must not be cut off by a full
 * stack in the middle of its work: before each, 40 KiB are probed ({@code StackReserve}).
 *
 * <h2>The JVM</h2>
 * A function becomes a method, and each access to memory a call in it that is to be inlined. Two habits of HotSpot's optimising compiler
 * are in the way, and {@code thaw server} turns both off: it compiles no method of more than 8,000 bytes of bytecode ({@code
 * -XX:-DontCompileHugeMethods}), and inlines no more once a method has grown to 8,000 bytes with what is inlined, which are some forty
 * accesses ({@code -XX:-ClipInlining}). Without and with the second, best of 400 in each of three processes, turn by turn: parsing 36 KB of
 * JSON 0.87 to 1.07 and 0.26 to 0.34 ms, the same to a table 0.91 to 1.79 and 0.55 to 0.78 ms; SHA-256 and the image, of small functions,
 * as before. What HotSpot has seen an access do, it compiles into all who call it: where other modules' short requests ran before, which
 * stay in frames, a module that computes paid for that too. So each module has a class of memories of its own ({@code MemoryFactory}):
 * p50 beside native code, in a process that has run tens of thousands of short requests of others ({@code thaw bench wasi}), without and
 * with it 15 and 5 times for the JSON, 15 and 7 to 10 for the table, 6 and 2 to 5 for SHA-256, 4 and 3.4 for the image. Of more than 64 KiB there
 * can be no method, and Endive's interpreter runs that function (some hundred times slower, without a place in backtraces).
 *
 * <p>A module's classes have a loader of their own and are unloaded when its code and images are unreachable. A cached entry is code that
 * the host runs: it carries its SHA-256 and the key it was made for, which guards against damage and mix-ups; whoever can write to the
 * store can run code, as with the server's own jars.
 */
package dev.thaw.wasm;
