/* SPDX-License-Identifier: MIT */
/* A class as CSV: every account is one, and written out it is read again. */
#include <stdio.h>
#include <string.h>

#include "server/roster.h"
#include "tests/fuzz/fuzz.h"

static void check_rows(const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++) {
        const struct roster_row *row = &roster->rows[i];

        MUST(kit_is_name(row->name));
        MUST(row->password[0] == '\0' || kit_is_password(row->password));
        for (size_t j = 0; j < i; j++)
            MUST(strcmp(roster->rows[j].name, row->name) != 0);
    }
}

/* The rows as CSV, to be freed. */
static char *write_rows(const struct roster *roster)
{
    size_t size = 32 + roster->count * (KIT_NAME_MAX + ROSTER_FIELD_SIZE + 2);
    char *text = malloc(size), field[ROSTER_FIELD_SIZE];
    size_t len;

    MUST(text != NULL);
    len = (size_t)snprintf(text, size, "name,password\n");
    for (size_t i = 0; i < roster->count; i++) {
        roster_quote(field, roster->rows[i].password);
        len += (size_t)snprintf(text + len, size - len, "%s,%s\n",
                                roster->rows[i].name, field);
    }
    return text;
}

static void check_again(const struct roster *roster)
{
    char *text = write_rows(roster);
    struct roster again = {0};

    MUST(roster_parse(&again, "again", text) == 0);
    MUST(again.count == roster->count);
    for (size_t i = 0; i < again.count; i++) {
        MUST(strcmp(again.rows[i].name, roster->rows[i].name) == 0);
        MUST(strcmp(again.rows[i].password, roster->rows[i].password) == 0);
    }
    roster_free(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct roster roster = {0};

    if (roster_parse(&roster, "fuzz", text) == 0) {
        check_rows(&roster);
        check_again(&roster);
    }
    roster_free(&roster);
    free(text);
    return 0;
}
