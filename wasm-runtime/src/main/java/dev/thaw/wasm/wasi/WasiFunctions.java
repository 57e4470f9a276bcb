package dev.thaw.wasm.wasi;

import dev.thaw.wasm.HostFunction;
import dev.thaw.wasm.HostFunction.ValueType;
import java.util.List;
import java.util.Optional;

/** The functions of WASI preview 1: all that there are, a line each. */
final class WasiFunctions {
    /** The name of the module that programs import them from. */
    static final String MODULE = "wasi_snapshot_preview1";

    /** What a function does. */
    @FunctionalInterface
    interface Handler {
        /** Returns one of {@link Errno}, or throws {@link WasiError} with one. */
        int call(Call call);
    }

    private static final List<HostFunction<WasiProcess>> ALL = List.of(
            function("args_get", "ii", ProcessCalls::argsGet),
            function("args_sizes_get", "ii", ProcessCalls::argsSizesGet),
            function("environ_get", "ii", ProcessCalls::environGet),
            function("environ_sizes_get", "ii", ProcessCalls::environSizesGet),
            function("proc_raise", "i", ProcessCalls::raise),
            function("random_get", "ii", ProcessCalls::randomGet),
            new HostFunction<>(MODULE, "proc_exit", List.of(ValueType.I32), Optional.empty(), ProcessCalls::exit),

            function("clock_res_get", "ii", ClockCalls::resolution),
            function("clock_time_get", "iIi", ClockCalls::time),
            function("poll_oneoff", "iiii", PollCalls::pollOneoff),
            function("sched_yield", "", ClockCalls::yield),

            function("fd_advise", "iIIi", FileCalls::advise),
            function("fd_allocate", "iII", FileCalls::allocate),
            function("fd_close", "i", DescriptorCalls::close),
            function("fd_datasync", "i", DescriptorCalls::datasync),
            function("fd_fdstat_get", "ii", DescriptorCalls::fdstatGet),
            function("fd_fdstat_set_flags", "ii", DescriptorCalls::fdstatSetFlags),
            function("fd_fdstat_set_rights", "iII", DescriptorCalls::fdstatSetRights),
            function("fd_filestat_get", "ii", DescriptorCalls::filestatGet),
            function("fd_filestat_set_size", "iI", FileCalls::setSize),
            function("fd_filestat_set_times", "iIIi", DescriptorCalls::filestatSetTimes),
            function("fd_pread", "iiiIi", TransferCalls::pread),
            function("fd_prestat_get", "ii", DescriptorCalls::prestatGet),
            function("fd_prestat_dir_name", "iii", DescriptorCalls::prestatDirName),
            function("fd_pwrite", "iiiIi", TransferCalls::pwrite),
            function("fd_read", "iiii", TransferCalls::read),
            function("fd_readdir", "iiiIi", DirectoryCalls::readdir),
            function("fd_renumber", "ii", DescriptorCalls::renumber),
            function("fd_seek", "iIii", FileCalls::seek),
            function("fd_sync", "i", DescriptorCalls::sync),
            function("fd_tell", "ii", FileCalls::tell),
            function("fd_write", "iiii", TransferCalls::write),

            function("path_create_directory", "iii", DirectoryCalls::create),
            function("path_filestat_get", "iiiii", PathCalls::filestatGet),
            function("path_filestat_set_times", "iiiiIIi", PathCalls::filestatSetTimes),
            function("path_link", "iiiiiii", PathCalls::link),
            function("path_open", "iiiiiIIii", OpenCalls::open),
            function("path_readlink", "iiiiii", PathCalls::readlink),
            function("path_remove_directory", "iii", DirectoryCalls::remove),
            function("path_rename", "iiiiii", PathCalls::rename),
            function("path_symlink", "iiiii", PathCalls::symlink),
            function("path_unlink_file", "iii", PathCalls::unlink),

            function("sock_accept", "iii", SocketCalls::refuse),
            function("sock_recv", "iiiiii", SocketCalls::refuse),
            function("sock_send", "iiiii", SocketCalls::refuse),
            function("sock_shutdown", "ii", SocketCalls::refuse));

    private WasiFunctions() {}

    static List<HostFunction<WasiProcess>> all() {
        return ALL;
    }

    /** @param parameters {@code i} for each i32, {@code I} for each i64 */
    private static HostFunction<WasiProcess> function(String name, String parameters, Handler handler) {
        List<ValueType> types = parameters.chars().mapToObj(type -> type == 'I' ? ValueType.I64 : ValueType.I32).toList();
        return new HostFunction<>(MODULE, name, types, Optional.of(ValueType.I32), (process, memory, arguments) -> {
            try {
                return handler.call(new Call(process, new Guest(memory), arguments));
            } catch (WasiError error) {
                return error.errno();
            }
        });
    }
}
