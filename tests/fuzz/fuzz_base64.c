/* SPDX-License-Identifier: MIT */
/* Base64: one spelling for every value, encoded and decoded. */
#include <stdbool.h>
#include <string.h>

#include "lib/base64.h"
#include "tests/fuzz/fuzz.h"

/* Whether all SIZE BYTES are zero. */
static bool is_zero(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

/* Text that can be decoded must be encoded to the same text. */
static void as_text(const uint8_t *data, size_t size)
{
    size_t room = size + 1, len;
    uint8_t *bytes = malloc(room);
    char *text = malloc(KIT_BASE64_LEN(room) + 1);

    CHECK(bytes != NULL && text != NULL);
    memset(bytes, 0xaa, room);
    if (kit_base64_decode(bytes, room, &len, (const char *)data, size) == 0) {
        CHECK(kit_base64_encode(text, KIT_BASE64_LEN(len) + 1, bytes, len) ==
              0);
        CHECK(strlen(text) == size && memcmp(text, data, size) == 0);
        /* One byte less of room is not enough. */
        CHECK(len == 0 || kit_base64_decode(bytes, len - 1, &len,
                                            (const char *)data, size) != 0);
    } else {
        CHECK(len == 0 && is_zero(bytes, room));
    }
    free(text);
    free(bytes);
}

/* Any bytes are the same after encoding and decoding. */
static void as_bytes(const uint8_t *data, size_t size)
{
    size_t chars = KIT_BASE64_LEN(size), len;
    uint8_t *bytes = malloc(size + 1);
    char *text = malloc(chars + 1);

    CHECK(bytes != NULL && text != NULL);
    CHECK(kit_base64_encode(text, chars + 1, data, size) == 0);
    CHECK(strlen(text) == chars);
    CHECK(kit_base64_decode(bytes, size, &len, text, chars) == 0);
    CHECK(len == size && memcmp(bytes, data, size) == 0);
    CHECK(kit_base64_encode(text, chars, data, size) != 0);
    free(text);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    as_text(data, size);
    as_bytes(data, size);
    return 0;
}
