/* SPDX-License-Identifier: MIT */
/* Pseudo terminals of POSIX. */
#define _XOPEN_SOURCE 600 /* posix_openpt, grantpt, unlockpt, ptsname */

#include "tests/unit/terminal.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct terminal terminal_open(void)
{
    struct terminal terminal = {.user = posix_openpt(O_RDWR | O_NOCTTY)};

    ck_assert_int_ge(terminal.user, 0);
    ck_assert_int_eq(grantpt(terminal.user), 0);
    ck_assert_int_eq(unlockpt(terminal.user), 0);
    terminal.program = open(ptsname(terminal.user), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(terminal.program, 0);
    return terminal;
}

void terminal_take(const struct terminal *terminal)
{
    ck_assert_int_ge(setsid(), 0);
    ck_assert_int_eq(ioctl(terminal->program, TIOCSCTTY, 0), 0);
}

const char *terminal_wait(struct terminal *terminal, const char *part)
{
    while (strstr(terminal->screen, part) == NULL) {
        char *end = terminal->screen + terminal->len;
        ssize_t n = read(terminal->user, end,
                         sizeof terminal->screen - 1 - terminal->len);

        ck_assert_msg(n > 0, "\"%s\" never came, only \"%s\"", part,
                      terminal->screen);
        terminal->len += (size_t)n;
        terminal->screen[terminal->len] = '\0';
    }
    return terminal->screen;
}

void terminal_type(const struct terminal *terminal, const char *keys)
{
    ck_assert_int_eq(write(terminal->user, keys, strlen(keys)),
                     (ssize_t)strlen(keys));
}
