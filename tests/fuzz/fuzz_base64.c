/* SPDX-License-Identifier: MIT */
/* Base64: one spelling for every value, in both directions. */
#include <stdbool.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/fuzz/fuzz.h"

/* Whether nothing but zero stands in SIZE BYTES. */
static bool is_zero(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

/* What is decoded has the one spelling that it came in. */
static void as_text(const uint8_t *data, size_t size)
{
    size_t room = size + 1, len;
    uint8_t *bytes = malloc(room);
    char *text = malloc(KIT_BASE64_LEN(room) + 1);

    MUST(bytes != NULL && text != NULL);
    memset(bytes, 0xaa, room);
    if (kit_base64_decode(bytes, room, &len, (const char *)data, size) == 0) {
        MUST(kit_base64_encode(text, KIT_BASE64_LEN(len) + 1, bytes, len) == 0);
        MUST(strlen(text) == size && memcmp(text, data, size) == 0);
        /* One byte less of room is too little. */
        MUST(len == 0 || kit_base64_decode(bytes, len - 1, &len,
                                           (const char *)data, size) != 0);
    } else {
        MUST(len == 0 && is_zero(bytes, room));
    }
    free(text);
    free(bytes);
}

/* Any bytes come back. */
static void as_bytes(const uint8_t *data, size_t size)
{
    size_t chars = KIT_BASE64_LEN(size), len;
    uint8_t *bytes = malloc(size + 1);
    char *text = malloc(chars + 1);

    MUST(bytes != NULL && text != NULL);
    MUST(kit_base64_encode(text, chars + 1, data, size) == 0);
    MUST(strlen(text) == chars);
    MUST(kit_base64_decode(bytes, size, &len, text, chars) == 0);
    MUST(len == size && memcmp(bytes, data, size) == 0);
    MUST(kit_base64_encode(text, chars, data, size) != 0);
    free(text);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_text(data, size);
    as_bytes(data, size);
    return 0;
}
