package dev.thaw.wasm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveElement;

/** One instance with the memories, tables and globals that Endive made through us. Used by one thread at a time. */
final class LiveInstance implements WasmInstance {
    private final WasmCode code;
    private final WasmModule module;
    private final Instance instance;
    private final List<CowMemory> memories = new ArrayList<>();
    private final List<BoundedTable> tables = new ArrayList<>();
    private final List<GlobalInstance> globals = new ArrayList<>();
    private final WasmMemory memory;
    private HostCall host;

    private LiveInstance(WasmCode code, WasmModule module, WasmConfig config, Optional<Content> content) {
        this.code = code;
        this.module = module;
        PageBudget pages = new PageBudget(config.memoryPages());
        TableBudget elements = new TableBudget(config.tableElements());
        this.instance = Instance.builder(module)
                .withImportValues(Linker.imports(module, config.host(), this))
                .withMachineFactory(code.machines())
                .withMemoryFactory(limits -> memory(limits, pages, content))
                .withTableFactory((table, initial) -> {
                    int size = content.map(c -> c.tables().get(tables.size()).length).orElse((int) table.limits().min());
                    BoundedTable made = new BoundedTable(table, initial, size, elements);
                    tables.add(made);
                    return made;
                })
                .withGlobalFactory((low, high, type, mutability) -> {
                    int index = 2 * globals.size();
                    GlobalInstance made = GlobalInstance.builder()
                            .valueLow(content.map(c -> c.globals()[index]).orElse(low))
                            .valueHigh(content.map(c -> c.globals()[index + 1]).orElse(high))
                            .valType(type)
                            .mutabilityType(mutability)
                            .build();
                    globals.add(made);
                    return made;
                })
                .withInitialize(false)
                .withStart(false)
                .build();
        this.memory = new HostMemory(memories.isEmpty() ? code.memories().make(new MemoryLimits(0, 0), new PageBudget(0)) : memories.getFirst());
    }

    private CowMemory memory(MemoryLimits limits, PageBudget pages, Optional<Content> content) {
        CowMemory made = content.map(c -> code.memories().make(limits, pages, c.memories().get(memories.size())))
                .orElseGet(() -> code.memories().make(limits, pages));
        memories.add(made);
        return made;
    }

    /** An instance as instantiating makes it; {@link #initialise} runs the start function. */
    static LiveInstance fresh(WasmCode code, WasmConfig config) {
        return new LiveInstance(code, code.module(), config, Optional.empty());
    }

    /** An instance that stands where the image was captured. */
    static LiveInstance thawed(WasmCode code, WasmModule module, WasmConfig config, Content content) {
        LiveInstance live = new LiveInstance(code, module, config, Optional.of(content));
        live.instance.initialize(false);
        for (int i = 0; i < live.tables.size(); i++) {
            live.tables.get(i).restore(content.tables().get(i), live.instance);
        }
        return live;
    }

    /** Copies the segments and runs the module's start function, under the state of a call. */
    void initialise(HostCall state) {
        host = state;
        instance.initialize(false);
    }

    void serve(HostCall state) {
        host = state;
    }

    /** What its memories have of their own, bytes. */
    long ownBytes() {
        return memories.stream().mapToLong(memory -> (long) memory.touchedFrames() * CowMemory.FRAME).sum();
    }

    /** The state of the request being served. */
    HostCall host() {
        return host;
    }

    /** Puts everything back to what the image has, if that can be done; else the instance must be given up. */
    boolean rollBack(Content content) {
        // Endive keeps the last exception of each tag where we do not reach it
        if (module.tagSection().isPresent() || tables.stream().anyMatch(BoundedTable::changed)) {
            return false;
        }
        for (int i = 0; i < instance.elementCount(); i++) {
            instance.setElement(i, module.elementSection().getElement(i));
        }
        for (int i = 0; i < globals.size(); i++) {
            globals.get(i).setValueLow(content.globals()[2 * i]);
            globals.get(i).setValueHigh(content.globals()[2 * i + 1]);
        }
        memories.forEach(CowMemory::rollBack);
        host = null;
        return true;
    }

    /** What the instance is now; it must not run afterwards. */
    Content capture() {
        long[] values = new long[2 * globals.size()];
        for (int i = 0; i < globals.size(); i++) {
            values[2 * i] = globals.get(i).getValueLow();
            values[2 * i + 1] = globals.get(i).getValueHigh();
        }
        BitSet droppedElements = new BitSet();
        for (int i = 0; i < instance.elementCount(); i++) {
            droppedElements.set(i, !(instance.element(i) instanceof PassiveElement));
        }
        BitSet droppedData = new BitSet();
        for (int i = 0; i < module.dataSection().dataSegmentCount(); i++) {
            droppedData.set(i, instance.dataSegmentData(i).length == 0);
        }
        return new Content(memories.stream().map(CowMemory::capture).toList(),
                tables.stream().map(BoundedTable::capture).toList(), values, droppedData, droppedElements);
    }

    @Override
    public boolean exports(String function) {
        return code.functions().containsKey(function);
    }

    @Override
    public long[] call(String function, long... arguments) {
        Integer index = code.functions().get(function);
        if (index == null) {
            throw new WasmTrap("the module exports no function " + function);
        }
        long[] results = instance.getMachine().call(index, arguments);
        return results == null ? new long[0] : results;
    }

    @Override
    public WasmMemory memory() {
        return memory;
    }
}
