package dev.thaw.wasm;

/**
 * A request that was served, and what it took.
 *
 * @param bindNanos  how long its instance was being made, or taken up
 * @param rolledBack whether that instance had served another request of this image and was put back to it, and not made anew
 * @param ownBytes   memory that the instance had for itself at the end: what was written since the image, in frames of 4 KiB
 */
public record WasmRun(WasmOutcome outcome, long bindNanos, boolean rolledBack, long ownBytes) {
}
