/* SPDX-License-Identifier: MIT */
/*
 * A process that ends by _exit or by a signal to itself writes no counts of
 * what it has reached: the library of gcov does that at exit. So, for the unit
 * tests, the counts are written before. The linker's --wrap sends both here.
 */
void __gcov_dump(void);
void __gcov_reset(void);

/* Written once, they must not be written again. */
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
