/* SPDX-License-Identifier: MIT */
/* Build: does it compile, and what does the compiler think of it? */
#include <ctype.h>
#include <string.h>

#include "tests/grade/build.h"
#include "tests/grade/checks.h"
#include "tests/grade/transcript.h"

void build_sender(void)
{
    build_program("sender");
}

void build_receiver(void)
{
    build_program("receiver");
}

/*
 * The first warning in TEXT, or NULL: "sender.c:12:5: warning: ...". Without a
 * position it is about options, or it comes from another program, from the
 * dynamic linker for example: no student can do anything about it.
 */
static const char *find_warning(const char *text)
{
    const char *at = text;

    while ((at = strstr(at, ": warning:")) != NULL) {
        if (at > text && isdigit((unsigned char)at[-1]))
            return at;
        at++;
    }
    return NULL;
}

static void look_for_warnings(const char *name)
{
    const char *text = build_warnings(name), *at = find_warning(text);
    size_t len;

    step("The compiler's output for %s.c:", name);
    detail("%s", at == NULL ? "(nothing)" : "");
    if (at == NULL)
        return;
    while (at > text && at[-1] != '\n')
        at--;
    len = strcspn(at, "\n");
    detail("%s", printable(at, len));
    expected("no warnings");
    got("%s", printable(at, len));
    fail("The compiler warns: %s", printable(at, len));
}

void build_quiet(void)
{
    look_for_warnings("sender");
    look_for_warnings("receiver");
}
