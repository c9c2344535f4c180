# The launcher: a program of some hundred bytes that runs lists of system calls which the node agent writes (see program.ts).
#
#   as --64 launcher-x64.s -o l.o && objcopy -O binary -j .text l.o l.bin       (its bytes are in launcher-code.ts; a test compares)
#
# It reads requests from its standard input until that ends: a length, then a program of that many bytes (the length is its first field). Each
# program is put at one fixed address and runs in a process of its own, so the agent, which is big, never forks. Facts go to the standard output.
#
# It runs from a sealed copy of itself in memory: a process that is about to become a container's shows the file that it executes in /proc, and root
# in the container could write to that (CVE-2019-5736).
#
# Program    +0 u64 length  +8 u64 id  +16 u64 offset of the first instruction  +24 u64 descriptor for facts
# Instruction, 64 bytes
#   +0 u16 number of the system call
#   +2 u16 two bits an argument: 0 as it is, 1 the u64 at that offset, 2 the u32 at that offset
#   +4 u16 flags: 1 an error is no failure, 2 jump when 0, 4 jump when above 0, 8 jump always, 16 jump on an error
#   +8 u64[6] arguments  +56 u32 offset that the result is stored at, or 0  +60 u32 offset of the instruction to jump to
# Fact, 32 bytes   +0 u64 id of the program  +8 u64 kind  +16 i64  +24 i64; the launcher's own: kind 1, a failure: offset of the instruction, -errno

.intel_syntax noprefix
.equ facts, 1000
.equ base, 0x200000000
.globl _start
.text
_start:
        cmp qword ptr [rsp], 2          # argc: with two words it is the sealed copy
        jae sealed
        lea rdi, [rip + self]
        mov esi, 02000000               # O_RDONLY | O_CLOEXEC
        mov eax, 2                      # open
        syscall
        mov r12, rax
        lea rdi, [rip + empty]
        mov esi, 3                      # MFD_CLOEXEC | MFD_ALLOW_SEALING
        mov eax, 319                    # memfd_create
        syscall
        mov r13, rax
        mov rdi, rax
        mov rsi, r12
        xor edx, edx
        mov r10d, 65536
        mov eax, 40                     # sendfile
        syscall
        mov rdi, r13
        mov esi, 1033                   # F_ADD_SEALS
        mov edx, 15                     # no more seals, shrinking, growing, writing
        mov eax, 72                     # fcntl
        syscall
        lea rax, [rip + name]
        sub rsp, 32
        mov [rsp], rax
        mov [rsp + 8], rax
        mov qword ptr [rsp + 16], 0
        mov rdi, r13
        lea rsi, [rip + empty]
        mov rdx, rsp
        xor r10d, r10d
        mov r8d, 0x1000                 # AT_EMPTY_PATH
        mov eax, 322                    # execveat
        syscall
        jmp leave                       # never with a file that a container could get at and write

sealed:
        mov edi, 1
        mov esi, facts
        mov edx, 02000000               # O_CLOEXEC
        mov eax, 292                    # dup3
        syscall
        sub rsp, 64
        mov qword ptr [rsp], 1          # SIG_IGN: nobody waits for the processes of programs
        mov qword ptr [rsp + 8], 0
        mov qword ptr [rsp + 16], 0
        mov qword ptr [rsp + 24], 0
        mov edi, 17                     # SIGCHLD
        mov rsi, rsp
        xor edx, edx
        mov r10d, 8
        mov eax, 13                     # rt_sigaction
        syscall
request:
        mov rsi, rsp
        mov edx, 8
        call read_all
        mov rbp, [rsp]
        mov rdi, base
        mov rsi, rbp
        mov edx, 3                      # PROT_READ | PROT_WRITE
        mov r10d, 0x32                  # MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
        mov r8, -1
        xor r9d, r9d
        mov eax, 9                      # mmap
        syscall
        cmp rax, -4095
        jae leave
        mov r12, rax
        mov [r12], rbp
        lea rsi, [r12 + 8]
        lea rdx, [rbp - 8]
        call read_all
        mov edi, 17                     # SIGCHLD
        xor esi, esi
        xor edx, edx
        xor r10d, r10d
        xor r8d, r8d
        mov eax, 56                     # clone
        syscall
        test rax, rax
        jz run
        jns sent
        xor r13d, r13d                  # no process could be made: a failure of no instruction
        call fail
sent:
        mov rdi, r12
        mov rsi, rbp
        mov eax, 11                     # munmap
        syscall
        jmp request

run:
        mov r13, [r12 + 16]
        add r13, r12
step:
        movzx r14d, word ptr [r13 + 2]
        xor ecx, ecx
argument:
        mov rax, [r13 + rcx * 8 + 8]
        mov edx, r14d
        and edx, 3
        jz resolved
        dec edx
        jnz load32
        mov rax, [r12 + rax]
        jmp resolved
load32:
        mov eax, [r12 + rax]
resolved:
        mov [rsp + rcx * 8], rax
        shr r14d, 2
        inc ecx
        cmp ecx, 6
        jb argument
        mov rdi, [rsp]
        mov rsi, [rsp + 8]
        mov rdx, [rsp + 16]
        mov r10, [rsp + 24]
        mov r8, [rsp + 32]
        mov r9, [rsp + 40]
        movzx eax, word ptr [r13]
        syscall
        mov edx, [r13 + 56]
        test edx, edx
        jz stored
        mov [r12 + rdx], rax
stored:
        movzx ecx, word ptr [r13 + 4]
        mov edx, [r13 + 60]
        add rdx, r12
        cmp rax, -4095
        jae failed
        mov r8d, 2 + 8
        test rax, rax
        jz decide
        mov r8d, 4 + 8
decide:
        test ecx, r8d
        jz next
jump:
        mov r13, rdx
        jmp step
next:
        add r13, 64
        jmp step
failed:
        mov r8d, 16 + 8
        test ecx, 1
        jnz decide
        sub r13, r12
        call fail
leave:
        mov edi, 127
        mov eax, 231                    # exit_group
        syscall

# Tells of the failure rax of the instruction at offset r13.
fail:
        sub rsp, 32
        mov rcx, [r12 + 8]
        mov [rsp], rcx
        mov qword ptr [rsp + 8], 1
        mov [rsp + 16], r13
        mov [rsp + 24], rax
        mov rdi, [r12 + 24]
        mov rsi, rsp
        mov edx, 32
        mov eax, 1                      # write
        syscall
        add rsp, 32
        ret

# Reads rdx bytes to rsi; ends the process where the input does.
read_all:
        test rdx, rdx
        jz read_done
        mov rbx, rdx
        xor edi, edi
        xor eax, eax                    # read
        syscall
        mov rdx, rbx
        cmp rax, -4                     # EINTR
        je read_all
        test rax, rax
        jle read_end
        add rsi, rax
        sub rdx, rax
        jmp read_all
read_done:
        ret
read_end:
        xor edi, edi
        mov eax, 231                    # exit_group
        syscall

self:   .asciz "/proc/self/exe"
name:   .ascii "launcher"
empty:  .byte 0
