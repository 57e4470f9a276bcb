package dev.thaw.wasm;

import java.util.BitSet;
import java.util.List;

/**
 * What an initialised instance consists of beside its code. Immutable by agreement: the arrays are shared by every instance.
 *
 * @param memories        frames of {@value CowMemory#FRAME} bytes, a memory each
 * @param tables          function indices, -1 for null, a table each
 * @param globals         the module's own globals, low and high half each
 * @param droppedData     passive data segments dropped during initialisation
 * @param droppedElements passive element segments likewise
 */
record Content(List<byte[][]> memories, List<int[]> tables, long[] globals, BitSet droppedData, BitSet droppedElements) {
}
