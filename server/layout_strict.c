/* SPDX-License-Identifier: MIT */
/*
 * The layout of a head, for libmicrohttpd from 0.9.77 on: told to be strict,
 * it refuses by itself what layout.c looks for.
 */
#include "server/layout.h"

#if MHD_VERSION >= 0x00097700

void layout_begin(struct layout *layout, const char *method, const char *target,
                  const char *target_end, const char *version)
{
    layout->clean = true;
    layout->next = NULL;
}

void layout_field(struct layout *layout, const char *name, size_t name_len,
                  const char *value, size_t value_len)
{
}

void layout_end(struct layout *layout, const char *method, size_t size)
{
}

struct MHD_OptionItem layout_option(void)
{
    return (struct MHD_OptionItem){MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, NULL};
}

#endif
