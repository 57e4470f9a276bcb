/**
 * Loading a program as execve(2) does: the ELF file, its interpreter, the first stack. Every number of the file is checked
 * before it is used. Called by {@link dev.thaw.vmm.Machine} only.
 */
package dev.thaw.vmm.elf;
