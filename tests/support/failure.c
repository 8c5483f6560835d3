/* SPDX-License-Identifier: MIT */
#include "tests/support/failure.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void fail_test(const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ck_abort_msg("%s", text);
    abort(); /* never reached; but the compiler does not know that */
}
