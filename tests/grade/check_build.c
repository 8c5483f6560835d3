/* SPDX-License-Identifier: MIT */
/* Build: does it compile, and what does the compiler think of it? */
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

static void look_for_warnings(const char *name)
{
    const char *text = build_warnings(name), *at;
    size_t len;

    step("What the compiler said about %s.c:", name);
    detail("%s", text[0] == '\0' ? "(nothing)" : "");
    if (text[0] == '\0')
        return;
    at = strstr(text, "warning:");
    at = at != NULL ? at : text;
    while (at > text && at[-1] != '\n')
        at--;
    len = strcspn(at, "\n");
    detail("%s", shown(at, len));
    expected("no warnings");
    got("%s", shown(at, len));
    fail("The compiler warns: %s", shown(at, len));
}

void build_quiet(void)
{
    look_for_warnings("sender");
    look_for_warnings("receiver");
}
