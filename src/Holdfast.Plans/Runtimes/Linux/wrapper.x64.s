# The wrapper of an attempt: a whole program of its own, so that an attempt can outlive its driver and leave its end.
# It stands between Holdfast and the program, and does what this shell would do, in a tenth of the time:
#
#     trap : HUP INT QUIT TERM USR1 USR2;echo "start $$" >&9;(exec "$@" 2>&8 8>&- 9>&-);s=$?;echo "exit $s" >&9;exit $s
#
# Called with: its name, the path of the program, and the program's own arguments from argv[0] on. Descriptor 9 is the
# attempt file, whose lock says that the attempt lives, 8 is the program's standard error. Linux on x86-64, no library.
#
# It is assembled as one flat file, the header included:
#     as wrapper.x64.s -o wrapper.o && objcopy -O binary -j .text wrapper.o wrapper
# A test does the same and compares the result with the bytes in WrapperProgram.cs.

        .intel_syntax noprefix
        .text
        .set    base, 0x400000
        .set    sys_write, 1
        .set    sys_close, 3
        .set    sys_rt_sigprocmask, 14
        .set    sys_dup2, 33
        .set    sys_getpid, 39
        .set    sys_clone, 56
        .set    sys_execve, 59
        .set    sys_wait4, 61
        .set    sys_prctl, 157
        .set    sys_exit_group, 231

file:   .ascii  "\177ELF"               # The header of an executable with two segments.
        .byte   2, 1, 1, 0              # 64 bits, little endian, version 1, System V.
        .quad   0
        .short  2, 62                   # Fixed address; x86-64.
        .long   1
        .quad   base + entry - file
        .quad   segments - file
        .quad   0
        .long   0
        .short  64, 56, 2, 0, 0, 0
segments:
        .long   1, 5                    # This file, readable and executable.
        .quad   0, base, base, end - file, end - file, 0x1000
        .long   0x6474e551, 6           # The stack, which is not executable.
        .quad   0, 0, 0, 0, 0, 16

entry:  mov     rcx, [rsp]              # Number of arguments, then these, zero, and the environment.
        mov     r12, [rsp + 16]         # r12: path of the program
        lea     r13, [rsp + 24]         # r13: its arguments
        lea     r14, [rsp + rcx * 8 + 16] # r14: its environment
        sub     rsp, 64                 # Room for a line.

        # Signals to the group are the program's to answer. Blocked, they end this process as little as if it caught
        # them, and one that comes before the program runs reaches the program.
        xor     edi, edi
        lea     rsi, [rip + blocked]
        call    set_mask

        mov     edi, 15                 # PR_SET_NAME
        lea     rsi, [rip + name]
        mov     eax, sys_prctl
        syscall

        mov     eax, sys_getpid
        syscall
        lea     rsi, [rip + start_end]
        call    tell                    # Before the program, so that no start line proves that it never ran.

        mov     edi, 0x4111             # CLONE_VFORK, CLONE_VM, SIGCHLD: the child borrows memory until it has become
        xor     esi, esi                # the program, and this process waits for that.
        xor     edx, edx
        xor     r10d, r10d
        xor     r8d, r8d
        mov     eax, sys_clone
        syscall
        test    rax, rax
        jz      child
        js      no_child

        mov     ebp, eax                # ebp: the child
await:  mov     edi, ebp
        mov     rsi, rsp
        xor     edx, edx
        xor     r10d, r10d
        mov     eax, sys_wait4
        syscall
        cmp     rax, -4                 # EINTR, as after a debugger let go of it.
        je      await

        mov     ecx, [rsp]              # The wait status: signal in the low seven bits, else exit code above.
        movzx   ebx, ch
        and     ecx, 0x7f
        jz      ended
        lea     ebx, [rcx + 128]        # As every shell says it.
        jmp     ended

no_child:
        lea     rsi, [rip + no_process]
        mov     edx, no_process_end - no_process
        mov     edi, 8
        mov     eax, sys_write
        syscall
        mov     ebx, 126
ended:  mov     eax, ebx                # ebx: the exit code
        lea     rsi, [rip + exit_end]
        call    tell
leave:  mov     edi, ebx
        mov     eax, sys_exit_group
        syscall

child:  mov     edi, 8                  # The program gets its own standard error, and neither 8 nor 9.
        mov     esi, 2
        mov     eax, sys_dup2
        syscall
        mov     edi, 8
        mov     eax, sys_close
        syscall
        mov     edi, 9
        mov     eax, sys_close
        syscall
        mov     edi, 2                  # SIG_SETMASK
        lea     rsi, [rip + none]
        call    set_mask
        mov     rdi, r12
        mov     rsi, r13
        mov     rdx, r14
        mov     eax, sys_execve
        syscall

        mov     ebx, 127                # It cannot be executed: said where its own errors would be.
        cmp     eax, -2                 # ENOENT: its interpreter or loader is missing.
        je      refused
        mov     ebx, 126
refused:
        lea     rsi, [rip + holdfast]
        mov     edx, holdfast_end - holdfast
        call    complain
        mov     rsi, r12
        xor     edx, edx
length: inc     edx
        cmp     byte ptr [rsi + rdx], 0
        jne     length
        call    complain
        lea     rsi, [rip + not_found]
        mov     edx, not_found_end - not_found
        cmp     ebx, 127
        je      last
        lea     rsi, [rip + not_run]
        mov     edx, not_run_end - not_run
last:   call    complain
        jmp     leave

set_mask:                               # edi: how, rsi: the set
        xor     edx, edx
        mov     r10d, 8
        mov     eax, sys_rt_sigprocmask
        syscall
        ret

complain:                               # rsi: text, edx: its length
        mov     edi, 2
        mov     eax, sys_write
        syscall
        ret

tell:   lea     rdi, [rsp + 71]         # eax: a number, rsi: behind the word before it, which ends in a zero ahead.
        mov     byte ptr [rdi], 10      # The line is built from its end.
        mov     ecx, 10
digit:  xor     edx, edx
        div     ecx
        add     dl, '0'
        dec     rdi
        mov     [rdi], dl
        test    eax, eax
        jnz     digit
letter: dec     rsi
        mov     al, [rsi]
        test    al, al
        jz      write
        dec     rdi
        mov     [rdi], al
        jmp     letter
write:  mov     rsi, rdi
        lea     rdx, [rsp + 72]
        sub     rdx, rdi
        mov     edi, 9
        mov     eax, sys_write
        syscall                         # In one call, and in place: a line is there or it is not.
        ret

blocked:
        .quad   0x4a07                  # HUP 1, INT 2, QUIT 3, USR1 10, USR2 12, TERM 15
none:   .quad   0
        .byte   0
        .ascii  "start "
start_end:
        .byte   0
        .ascii  "exit "
exit_end:
name:   .asciz  "holdfast"
holdfast:
        .ascii  "holdfast: "
holdfast_end:
not_found:
        .ascii  ": not found\n"
not_found_end:
not_run:
        .ascii  ": cannot be executed\n"
not_run_end:
no_process:
        .ascii  "holdfast: no process left; raise the limit (ulimit -u, pids.max)\n"
no_process_end:
end:
