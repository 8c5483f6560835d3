/* SPDX-License-Identifier: MIT */
/*
 * gcov's library writes its counts at exit, so a process that ends by _exit or
 * by a signal to itself writes none. In the unit tests, these functions replace
 * _exit and raise (by the linker's --wrap) and write the counts first.
 */
void __gcov_dump(void);
void __gcov_reset(void);

/* Resets the counts, so that they are not added a second time. */
static void write_counts(void)
{
    __gcov_dump();
    __gcov_reset();
}

_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

_Noreturn void __wrap__exit(int code)
{
    write_counts();
    __real__exit(code);
}

int __real_raise(int number);
int __wrap_raise(int number);

int __wrap_raise(int number)
{
    write_counts();
    return __real_raise(number);
}
