package dev.thaw.wasm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;

/**
 * Amends the class of small helpers that Endive's compiler puts beside each module's code.
 *
 * <p>{@code getAddr(base, offset)} adds a static offset to an address in 32 bits: an offset of 2^31 and more, negative as an int,
 * would bring an access back inside where WebAssembly wants a trap (the sum has 33 bits). Here it answers -1, which no memory has.
 */
final class SupportCode {
    private SupportCode() {
    }

    /** The class with its methods amended. */
    static byte[] amend(byte[] classFile) {
        ClassFile format = ClassFile.of();
        return format.transformClass(format.parse(classFile), ClassTransform.transformingMethodBodies(SupportCode::isGetAddr,
                new CodeTransform() {
                    @Override
                    public void accept(CodeBuilder builder, CodeElement element) {
                        // the old body goes
                    }

                    @Override
                    public void atEnd(CodeBuilder builder) {
                        builder.iload(0).iload(1).ior().ifThenElse(Opcode.IFLT,
                                negative -> negative.iconst_m1().ireturn(),
                                inside -> inside.iload(0).iload(1).iadd().ireturn());
                    }
                }));
    }

    private static boolean isGetAddr(MethodModel method) {
        return method.methodName().equalsString("getAddr") && method.methodType().equalsString("(II)I");
    }
}
