/* SPDX-License-Identifier: MIT */
/*
 * What every fuzz target has. A target is one file, fuzz_NAME.c, that hands
 * any bytes to one parser and says what must hold of the result; libFuzzer
 * drives it (make fuzz), or replay.c with the files of corpus/NAME.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* LLVMFuzzerTestOneInput: one input. Returns 0; libFuzzer gives its name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* MUST: what holds whatever the input; otherwise it is a finding. */
#define MUST(condition)                                                        \
    do {                                                                       \
        if (!(condition))                                                      \
            abort();                                                           \
    } while (0)

/*
 * fuzz_text: DATA with a terminating zero, to be freed: of its exact size, so
 * that a sanitizer sees who reads on.
 */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    MUST(text != NULL);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)data[i];
    text[size] = '\0';
    return text;
}

#endif
