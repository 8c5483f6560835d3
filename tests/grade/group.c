/* SPDX-License-Identifier: MIT */
#include "tests/grade/group.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/show.h"
#include "tests/grade/source.h"

/* Adds the name in LINE, if there is one. */
static void add_name(struct group *group, const char *line, size_t len)
{
    while (len > 0 && isspace((unsigned char)line[len - 1]))
        len--;
    while (len > 0 && isspace((unsigned char)*line)) {
        line++;
        len--;
    }
    if (len > 0 && *line != '#' && group->count < GROUP_NAMES)
        kit_show(group->names[group->count++], GROUP_NAME, line, len);
}

void group_read(struct group *group, const char *folder)
{
    const char *why;
    char *text = source_read_any_text(&why, folder, "GROUP"), *line = text;

    memset(group, 0, sizeof *group);
    while (line != NULL && *line != '\0') {
        size_t len = strcspn(line, "\n");

        add_name(group, line, len);
        line += len + (line[len] == '\n');
    }
    free(text);
}

void group_list(const char *folder)
{
    struct group group;

    group_read(&group, folder);
    for (int i = 0; i < group.count; i++)
        printf("%s\n", group.names[i]);
}
