/* SPDX-License-Identifier: MIT */
#include "tests/unit/tracing.h"

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/temp.h"
#include "tests/support/tree.h"

char tracing_dir[64], tracing_path[80];

void tracing_setup(void)
{
    capture_errors();
    ck_assert_int_eq(temp_folder(tracing_dir, sizeof tracing_dir, "trace"), 0);
    snprintf(tracing_path, sizeof tracing_path, "%s/a.jsonl", tracing_dir);
}

void tracing_teardown(void)
{
    kit_trace_close();
    ck_assert_int_eq(tree_remove(tracing_dir), 0);
}

void tracing_begin(void)
{
    tracing_begin_with(false);
}

void tracing_begin_with(bool keys)
{
    const struct kit_trace_options options = {.file = tracing_path,
                                              .keys = keys};

    ck_assert_int_eq(kit_trace_open(&options, "sender", "alice"), EX_OK);
    ck_assert(kit_trace_on);
}

void tracing_discard(void)
{
    kit_trace_close();
    ck_assert_int_eq(unlink(tracing_path), 0);
}

const char *tracing_event(int n)
{
    const char *line = file_read(tracing_path, NULL);
    static char copy[1 << 18];

    while (n-- > 1 && line != NULL)
        line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL;
    if (line == NULL || *line == '\0')
        return NULL;
    snprintf(copy, sizeof copy, "%.*s", (int)strcspn(line, "\n"), line);
    return copy;
}

void tracing_expect(int n, const char *expected)
{
    const char *line = tracing_event(n), *from;

    ck_assert_ptr_nonnull(line);
    from = strstr(line, "\"event\":");
    ck_assert_ptr_nonnull(from);
    ck_assert_str_eq(from, expected);
}

bool tracing_has(const char *part)
{
    return strstr(file_read(tracing_path, NULL), part) != NULL;
}

void tracing_send(const char *path, int status, const char *line)
{
    kit_trace_message(&(struct kit_trace_message){.event = "sent",
                                                  .peer = "x",
                                                  .path = path,
                                                  .status = status,
                                                  .line = line,
                                                  .len = strlen(line)});
}

struct kit_key tracing_key(void)
{
    struct kit_key key;

    for (int i = 0; i < KIT_KEY_LEN; i++)
        key.bytes[i] = (uint8_t)i;
    return key;
}
