/* SPDX-License-Identifier: MIT */
/* Everything random, from the backend's generator. */
#include "tests/grade/chance.h"

#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/grade/transcript.h"

uint32_t chance_below(uint32_t n)
{
    uint32_t value;

    must(kit_random(&value, sizeof value) == 0);
    return value % n; /* the slight bias is no matter here */
}

void chance_names(char out[][33], int count)
{
    static const char *const people[] = {
        "amina", "bela",  "chen",  "dana",  "emil", "farid", "greta", "hugo",
        "ines",  "jonas", "kofi",  "lena",  "mia",  "noah",  "olga",  "pavel",
        "quinn", "rosa",  "samir", "tilda", "ugo",  "vera",  "wanda", "yuki",
    };
    uint32_t n = sizeof people / sizeof people[0];
    uint32_t first = chance_below(n);

    for (int i = 0; i < count; i++)
        snprintf(out[i], 33, "%s%u", people[(first + 5 * (uint32_t)i) % n],
                 (unsigned)chance_below(100));
}

void chance_token(char out[129])
{
    must(kit_random_hex(out, 129) == 0);
}

void chance_str16(char out[129], size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        do
            out[i] = (char)(0x21 + chance_below(0x7f - 0x21));
        while (strchr("\"\\", out[i]) != NULL);
    }
    out[i] = '\0';
}

void chance_text(char out[64])
{
    static const char *const texts[] = {
        "see you at", "the answer is",       "my seat has number",
        "call me at", "the train leaves at", "we meet in room",
    };

    snprintf(out, 64, "%s %u",
             texts[chance_below(sizeof texts / sizeof texts[0])],
             (unsigned)(1000000 + chance_below(9000000)));
}

void chance_fill(char *out, size_t len)
{
    uint32_t from = chance_below(26);

    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + (from + i + i / 26) % 26);
    out[len] = '\0';
}
