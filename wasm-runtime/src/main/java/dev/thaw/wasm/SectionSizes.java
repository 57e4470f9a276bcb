package dev.thaw.wasm;

/** Looks at a binary's sections before the parser builds anything from them. */
final class SectionSizes {
    /** Source: WebAssembly core specification, binary format, sections. */
    private static final int CODE = 10;

    private SectionSizes() {
    }

    /** @throws InvalidModuleException when the sections are not one after the other to the end, or the code is too large */
    static void check(byte[] module) throws InvalidModuleException {
        long at = 8;
        while (at < module.length) {
            int id = module[(int) at] & 0xff;
            at++;
            long size = 0;
            int shift = 0;
            int octet;
            do {
                if (at >= module.length || shift > 28) {
                    throw new InvalidModuleException("malformed module: the size of section " + id + " is cut off");
                }
                octet = module[(int) at++];
                size |= (octet & 0x7fL) << shift;
                shift += 7;
            } while (octet < 0);
            if (size > module.length - at) {
                throw new InvalidModuleException("malformed module: section " + id + " goes beyond the end");
            }
            if (id == CODE && size > ModuleLimits.codeBytes()) {
                throw new InvalidModuleException("the module has " + size + " bytes of code; at most " + ModuleLimits.codeBytes()
                        + " are allowed with this server's heap");
            }
            at += size;
        }
    }
}
