/* SPDX-License-Identifier: MIT */
/* "2024-05-01T09:30:00Z 127.0.0.1 POST /login 200 alice 243 ms" */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/show.h"
#include "server/log.h"

enum { WORD_MAX = 64 }; /* bytes of a method or a path that are shown */

/*
 * Writes up to MAX bytes of TEXT, foreign, to OUT as one word: blanks are
 * shown as well, and nothing is a word too.
 */
static void show_word(char *out, size_t out_size, const char *text, size_t max)
{
    size_t len = strnlen(text, max < WORD_MAX ? max : WORD_MAX);

    kit_show(out, out_size, len > 0 ? text : "-", len > 0 ? len : 1);
    for (char *p = strchr(out, ' '); p != NULL; p = strchr(p, ' '))
        *p = '_';
}

void log_format(char *out, size_t out_size, const struct log_entry *entry)
{
    char method[KIT_SHOWN_SIZE(WORD_MAX)], path[KIT_SHOWN_SIZE(WORD_MAX)];
    char when[32], status[8] = "-";
    time_t seconds = (time_t)entry->now;
    struct tm utc;

    /* Behind a question mark somebody may have put his password. */
    show_word(method, sizeof method, entry->method, WORD_MAX);
    show_word(path, sizeof path, entry->path, strcspn(entry->path, "?") + 1);
    if (entry->status != 0)
        snprintf(status, sizeof status, "%u", entry->status % 1000);
    if (gmtime_r(&seconds, &utc) == NULL ||
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        when[0] = '\0';
    snprintf(out, out_size, "%s %s %s %s %s %s %lld ms", when, entry->ip,
             method, path, status, entry->user[0] == '\0' ? "-" : entry->user,
             (long long)entry->milliseconds);
}
