package dev.thaw.wasm;

import java.util.BitSet;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.ActiveElement;
import run.endive.wasm.types.DataSection;
import run.endive.wasm.types.DeclarativeElement;
import run.endive.wasm.types.ElementSection;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * The module of which thawed instances are made: the same code, without what instantiating did once before the image was
 * captured, that is the start function and the active segments (WebAssembly drops those once they are copied).
 */
final class ThawModule {
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
        return WasmModule.builder()
                .setTypeSection(module.typeSection())
                .setImportSection(module.importSection())
                .setFunctionSection(module.functionSection())
                .setTableSection(module.tableSection())
                .setMemorySection(module.memorySection().orElse(null))
                .setGlobalSection(module.globalSection())
                .setExportSection(module.exportSection())
                .setElementSection(elements.build())
                .setCodeSection(module.codeSection())
                .setDataSection(data.build())
                .setDataCountSection(module.dataCountSection().orElse(null))
                .setTagSection(module.tagSection().orElse(null))
                .withValidation(false)
                .build();
    }
}
