package dev.thaw.wasm;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.ActiveElement;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.DataSection;
import run.endive.wasm.types.DeclarativeElement;
import run.endive.wasm.types.ElementSection;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * The module of which thawed instances are made: the same code, without what instantiating did once before the image was
 * captured, that is the start function and the active segments (WebAssembly drops those once they are copied).
 */
final class ThawModule {
    private static final FunctionBody NO_BODY = new FunctionBody(List.of(), List.of());

    private ThawModule() {
    }

    /** @param droppedData passive segments that the initialisation dropped; {@code droppedElements} likewise */
    static WasmModule of(WasmModule module, BitSet droppedData, BitSet droppedElements) {
        DataSection.Builder data = DataSection.builder();
        for (int i = 0; i < module.dataSection().dataSegmentCount(); i++) {
            var segment = module.dataSection().getDataSegment(i);
            data.addDataSegment(segment instanceof ActiveDataSegment || droppedData.get(i) ? PassiveDataSegment.EMPTY : segment);
        }
        ElementSection.Builder elements = ElementSection.builder();
        for (int i = 0; i < module.elementSection().elementCount(); i++) {
            var element = module.elementSection().getElement(i);
            elements.addElement(element instanceof ActiveElement || droppedElements.get(i)
                    ? new DeclarativeElement(element.type(), element.initializers()) : element);
        }
        return parts(module)
                .setElementSection(elements.build())
                .setCodeSection(module.codeSection())
                .setDataSection(data.build())
                .build();
    }

    /** The module without the instructions of its compiled functions, which are many times the size of the binary. */
    static WasmModule withoutBodies(WasmModule module, Set<Integer> interpreted) {
        CodeSection.Builder code = CodeSection.builder().setRequiresDataCount(module.codeSection().isRequiresDataCount());
        for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
            code.addFunctionBody(interpreted.contains(i) ? module.codeSection().getFunctionBody(i) : NO_BODY);
        }
        return parts(module)
                .setStartSection(module.startSection().orElse(null))
                .setElementSection(module.elementSection())
                .setCodeSection(code.build())
                .setDataSection(module.dataSection())
                .build();
    }

    /** Everything but start, elements, code and data. It was validated. */
    private static WasmModule.Builder parts(WasmModule module) {
        return WasmModule.builder()
                .setTypeSection(module.typeSection())
                .setImportSection(module.importSection())
                .setFunctionSection(module.functionSection())
                .setTableSection(module.tableSection())
                .setMemorySection(module.memorySection().orElse(null))
                .setGlobalSection(module.globalSection())
                .setExportSection(module.exportSection())
                .setDataCountSection(module.dataCountSection().orElse(null))
                .setTagSection(module.tagSection().orElse(null))
                .withValidation(false);
    }
}
