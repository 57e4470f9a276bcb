package dev.thaw.vmm.kvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every number of {@link KvmAbi} is the one that the system's kernel headers have. */
class KvmAbiTest {
    @TempDir
    Path folder;

    @Test
    void numbersAndOffsetsAreThoseOfTheKernelHeaders() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/include/linux/kvm.h")) && Files.exists(Path.of("/usr/bin/gcc")),
                "needs gcc and linux/kvm.h (Debian: apt-get install gcc linux-libc-dev)");
        Map<String, Long> expected = expected();
        StringBuilder program = new StringBuilder("#include <stdio.h>\n#include <stddef.h>\n#include <linux/kvm.h>\nint main(){\n");
        expected.keySet().forEach(e -> program.append("printf(\"%ld\\n\",(long)(").append(e).append("));\n"));
        program.append("}\n");
        Path source = folder.resolve("abi.c");
        Files.writeString(source, program);
        Path binary = folder.resolve("abi");
        Process gcc = new ProcessBuilder("gcc", "-w", source.toString(), "-o", binary.toString()).inheritIO().start();
        assertEquals(0, gcc.waitFor());
        Process run = new ProcessBuilder(binary.toString()).start();
        String[] found = new String(run.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\n");
        int i = 0;
        for (Map.Entry<String, Long> entry : expected.entrySet()) {
            assertEquals(entry.getValue(), Long.parseLong(found[i++]), entry.getKey());
        }
    }

    private static Map<String, Long> expected() {
        Map<String, Long> e = new LinkedHashMap<>();
        e.put("KVM_GET_API_VERSION", KvmAbi.KVM_GET_API_VERSION);
        e.put("KVM_CREATE_VM", KvmAbi.KVM_CREATE_VM);
        e.put("KVM_CHECK_EXTENSION", KvmAbi.KVM_CHECK_EXTENSION);
        e.put("KVM_GET_VCPU_MMAP_SIZE", KvmAbi.KVM_GET_VCPU_MMAP_SIZE);
        e.put("KVM_GET_SUPPORTED_CPUID", KvmAbi.KVM_GET_SUPPORTED_CPUID);
        e.put("KVM_CREATE_VCPU", KvmAbi.KVM_CREATE_VCPU);
        e.put("KVM_SET_USER_MEMORY_REGION", KvmAbi.KVM_SET_USER_MEMORY_REGION);
        e.put("KVM_RUN", KvmAbi.KVM_RUN);
        e.put("KVM_SET_REGS", KvmAbi.KVM_SET_REGS);
        e.put("KVM_GET_SREGS", KvmAbi.KVM_GET_SREGS);
        e.put("KVM_SET_SREGS", KvmAbi.KVM_SET_SREGS);
        e.put("KVM_SET_MSRS", KvmAbi.KVM_SET_MSRS);
        e.put("KVM_SET_CPUID2", KvmAbi.KVM_SET_CPUID2);
        e.put("KVM_GET_XSAVE", KvmAbi.KVM_GET_XSAVE);
        e.put("KVM_SET_XSAVE", KvmAbi.KVM_SET_XSAVE);
        e.put("KVM_SET_XCRS", KvmAbi.KVM_SET_XCRS);
        e.put("KVM_GET_STATS_FD", KvmAbi.KVM_GET_STATS_FD);
        e.put("KVM_GET_TSC_KHZ", KvmAbi.KVM_GET_TSC_KHZ);
        e.put("KVM_SET_DEVICE_ATTR", KvmAbi.KVM_SET_DEVICE_ATTR);
        e.put("KVM_VCPU_TSC_CTRL", (long) KvmAbi.KVM_VCPU_TSC_CTRL);
        e.put("KVM_VCPU_TSC_OFFSET", (long) KvmAbi.KVM_VCPU_TSC_OFFSET);
        e.put("KVM_CAP_USER_MEMORY", (long) KvmAbi.KVM_CAP_USER_MEMORY);
        e.put("KVM_CAP_SYNC_REGS", (long) KvmAbi.KVM_CAP_SYNC_REGS);
        e.put("KVM_CAP_IMMEDIATE_EXIT", (long) KvmAbi.KVM_CAP_IMMEDIATE_EXIT);
        e.put("KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS | KVM_SYNC_X86_EVENTS", (long) KvmAbi.SYNC_REGS);
        e.put("KVM_EXIT_IO", (long) KvmAbi.KVM_EXIT_IO);
        e.put("KVM_EXIT_HLT", (long) KvmAbi.KVM_EXIT_HLT);
        e.put("KVM_EXIT_INTR", (long) KvmAbi.KVM_EXIT_INTR);
        e.put("KVM_EXIT_INTERNAL_ERROR", (long) KvmAbi.KVM_EXIT_INTERNAL_ERROR);
        e.put("KVM_EXIT_IO_OUT", (long) KvmAbi.IO_DIRECTION_OUT);
        e.put("offsetof(struct kvm_run, immediate_exit)", (long) KvmAbi.RUN_IMMEDIATE_EXIT);
        e.put("offsetof(struct kvm_run, exit_reason)", (long) KvmAbi.RUN_EXIT_REASON);
        e.put("offsetof(struct kvm_run, io.direction)", (long) KvmAbi.RUN_IO_DIRECTION);
        e.put("offsetof(struct kvm_run, io.port)", (long) KvmAbi.RUN_IO_PORT);
        e.put("offsetof(struct kvm_run, internal.suberror)", (long) KvmAbi.RUN_SUBERROR);
        e.put("offsetof(struct kvm_run, kvm_valid_regs)", (long) KvmAbi.RUN_VALID_REGS);
        e.put("offsetof(struct kvm_run, kvm_dirty_regs)", (long) KvmAbi.RUN_DIRTY_REGS);
        e.put("offsetof(struct kvm_run, s.regs.regs)", (long) KvmAbi.RUN_REGS);
        e.put("offsetof(struct kvm_run, s.regs.sregs)", (long) KvmAbi.RUN_SREGS);
        e.put("sizeof(struct kvm_regs)", (long) KvmAbi.REGS_SIZE);
        e.put("sizeof(struct kvm_sregs)", (long) KvmAbi.SREGS_SIZE);
        for (Map.Entry<String, Integer> f : Map.ofEntries(Map.entry("cs", KvmAbi.SREGS_CS), Map.entry("ds", KvmAbi.SREGS_DS),
                Map.entry("es", KvmAbi.SREGS_ES), Map.entry("fs", KvmAbi.SREGS_FS), Map.entry("gs", KvmAbi.SREGS_GS),
                Map.entry("ss", KvmAbi.SREGS_SS), Map.entry("tr", KvmAbi.SREGS_TR), Map.entry("ldt", KvmAbi.SREGS_LDT),
                Map.entry("gdt", KvmAbi.SREGS_GDT), Map.entry("idt", KvmAbi.SREGS_IDT), Map.entry("cr0", KvmAbi.SREGS_CR0),
                Map.entry("cr2", KvmAbi.SREGS_CR2), Map.entry("cr3", KvmAbi.SREGS_CR3), Map.entry("cr4", KvmAbi.SREGS_CR4),
                Map.entry("efer", KvmAbi.SREGS_EFER)).entrySet()) {
            e.put("offsetof(struct kvm_sregs, " + f.getKey() + ")", (long) f.getValue());
        }
        for (Map.Entry<String, Integer> f : Map.of("limit", KvmAbi.SEGMENT_LIMIT, "selector", KvmAbi.SEGMENT_SELECTOR,
                "type", KvmAbi.SEGMENT_TYPE, "present", KvmAbi.SEGMENT_PRESENT, "dpl", KvmAbi.SEGMENT_DPL,
                "db", KvmAbi.SEGMENT_DB, "s", KvmAbi.SEGMENT_S, "l", KvmAbi.SEGMENT_L, "g", KvmAbi.SEGMENT_G,
                "unusable", KvmAbi.SEGMENT_UNUSABLE).entrySet()) {
            e.put("offsetof(struct kvm_segment, " + f.getKey() + ")", (long) f.getValue());
        }
        e.put("sizeof(struct kvm_cpuid_entry2)", (long) KvmAbi.CPUID_ENTRY);
        e.put("offsetof(struct kvm_cpuid2, entries)", (long) KvmAbi.CPUID_HEADER);
        return e;
    }
}
