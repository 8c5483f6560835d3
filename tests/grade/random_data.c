/* SPDX-License-Identifier: MIT */
#include "tests/grade/random_data.h"

#include <stdio.h>
#include <string.h>

#include "lib/wire.h"
#include "tests/grade/transcript.h"

uint32_t random_below(uint32_t n)
{
    uint32_t value;

    must(kit_random(&value, sizeof value) == 0);
    return value % n; /* the slight bias does not matter here */
}

void random_names(char out[][33], int count)
{
    static const char *const people[] = {
        "amina", "bela",  "chen",  "dana",  "emil", "farid", "greta", "hugo",
        "ines",  "jonas", "kofi",  "lena",  "mia",  "noah",  "olga",  "pavel",
        "quinn", "rosa",  "samir", "tilda", "ugo",  "vera",  "wanda", "yuki",
    };
    uint32_t n = sizeof people / sizeof people[0];
    uint32_t first = random_below(n);

    for (int i = 0; i < count; i++) {
        const char *person = people[(first + 5 * (uint32_t)i) % n];
        unsigned number = random_below(1000);

        if (strlen(person) == 5)
            snprintf(out[i], 33, "%s%03u", person, number);
        else if (strlen(person) == 4)
            snprintf(out[i], 33, "%s%u", person, number % 10);
        else
            snprintf(out[i], 33, "%s%02u", person, number % 100);
    }
}

void random_token(char out[129])
{
    must(kit_random_hex(out, 129) == 0);
}

void random_printable(char out[129], size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        do
            out[i] = (char)(0x21 + random_below(0x7f - 0x21));
        while (strchr("\"\\", out[i]) != NULL);
    }
    out[i] = '\0';
}

void random_text(char out[64])
{
    static const char *const texts[] = {
        "see you at", "the answer is",       "my seat number is",
        "call me at", "the train leaves at", "we meet in room",
    };

    snprintf(out, 64, "%s %u",
             texts[random_below(sizeof texts / sizeof texts[0])],
             (unsigned)(1000000 + random_below(9000000)));
}

void random_letters(char *out, size_t len)
{
    static uint32_t first, calls;
    uint32_t from;

    if (calls == 0)
        first = random_below(26);
    from = first + calls++;
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + (from + i + i / 26) % 26);
    out[len] = '\0';
}
