/* SPDX-License-Identifier: MIT */
/* Build: the programs compile without warnings. */
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
 * The first warning in TEXT with a line number, as in "sender.c:12:5: warning:
 * ...", or NULL. Others are about compiler options or from another program,
 * such as the dynamic linker, so the student cannot fix them.
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

static void expect_no_warnings(const char *name)
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
    expect_no_warnings("sender");
    expect_no_warnings("receiver");
}
