/* SPDX-License-Identifier: MIT */
/* Stored passwords: only one spelling, and limited costs. */
#include <stdio.h>
#include <string.h>

#include "lib/base64.h"
#include "server/store/password_hash.h"
#include "tests/fuzz/fuzz.h"

/* Writes LEN bytes to OUT as base64 without padding. */
static void spell(char *out, const uint8_t *bytes, size_t len)
{
    CHECK(kit_base64_encode(out, KIT_BASE64_LEN(len) + 1, bytes, len) == 0);
    out[strcspn(out, "=")] = '\0';
}

/* TEXT is the only spelling of its parts, which are within their limits. */
static void check_parts(const struct password_hash *phc, const char *text)
{
    char salt[KIT_BASE64_LEN(PASSWORD_HASH_SALT_LEN) + 1];
    char hash[KIT_BASE64_LEN(PASSWORD_HASH_DIGEST_LEN) + 1],
        again[PASSWORD_HASH_SIZE];

    CHECK(phc->ln >= 10 && phc->ln <= 17);
    CHECK(phc->r == 8 && phc->p >= 1 && phc->p <= 10);
    spell(salt, phc->salt, sizeof phc->salt);
    spell(hash, phc->digest, sizeof phc->digest);
    snprintf(again, sizeof again, "$scrypt$ln=%u,r=%u,p=%u$%s$%s", phc->ln,
             phc->r, phc->p, salt, hash);
    CHECK(strcmp(again, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct password_hash_costs costs;
    static const struct password_hash none;
    char *text = fuzz_text(data, size);
    struct password_hash phc;

    if (password_hash_parse(&phc, text) == 0) {
        check_parts(&phc, text);
    } else {
        CHECK(memcmp(&phc, &none, sizeof phc) == 0);
        CHECK(password_hash_verify(text, "apple") == -1);
        CHECK(password_hash_verify_uniform(text, "apple", &costs) ==
              (text[0] != '\0' ? -1 : 0));
    }
    free(text);
    return 0;
}
