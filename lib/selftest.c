/* SPDX-License-Identifier: MIT */
/* A known-answer test for each algorithm of the backend. */
#include "lib/selftest.h"

#include <stdatomic.h>
#include <string.h>

#include "backends/crypto.h"

/* "hello bob" as the first text from alice to bob: protocol.md section 8. */
static bool chacha20_poly1305_works(void)
{
    static const struct kit_key key = {
        {0x8e, 0x27, 0x12, 0x5a, 0x5e, 0x76, 0xf7, 0x1e, 0xd1, 0x54, 0xea,
         0x6b, 0x76, 0xcc, 0x22, 0xd0, 0x7d, 0xbd, 0xc9, 0xdf, 0xb1, 0xf5,
         0x16, 0x6d, 0xeb, 0x61, 0x0a, 0x59, 0x94, 0x22, 0xc0, 0xb7}};
    static const struct kit_nonce nonce = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
    static const uint8_t box[] = {0xd6, 0xe9, 0x0e, 0xab, 0x0c, 0x47, 0x62,
                                  0xcc, 0x12, 0x02, 0xf5, 0x63, 0x10, 0x83,
                                  0x80, 0xea, 0x92, 0x9c, 0xc6, 0x9b, 0x1f,
                                  0xac, 0x51, 0x4a, 0xb1};
    static const char ad[] = "alice>bob#1", text[] = "hello bob";
    enum { AD_LEN = sizeof ad - 1, TEXT_LEN = sizeof text - 1 };
    uint8_t sealed[sizeof box], opened[TEXT_LEN];

    return kit_seal(sealed, sizeof sealed, &key, &nonce, ad, AD_LEN, text,
                    TEXT_LEN) == 0 &&
           memcmp(sealed, box, sizeof box) == 0 &&
           kit_open(opened, sizeof opened, &key, &nonce, ad, AD_LEN, box,
                    sizeof box) == 0 &&
           memcmp(opened, text, TEXT_LEN) == 0;
}

/* RFC 4231 section 4.3. */
static bool hmac_works(void)
{
    static const char text[] = "what do ya want for nothing?";
    static const uint8_t want[] = {
        0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
        0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
        0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    struct kit_digest got;

    return kit_hmac(&got, "Jefe", 4, text, sizeof text - 1) == 0 &&
           memcmp(got.bytes, want, sizeof want) == 0;
}

/* FIPS 180-4, "abc". */
static bool sha256_works(void)
{
    static const uint8_t want[] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
        0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
        0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    struct kit_digest got;

    return kit_sha256(&got, "abc", 3) == 0 &&
           memcmp(got.bytes, want, sizeof want) == 0;
}

/* RFC 7914 section 12, the first: N = 16, r = 1, p = 1, empty strings. */
static bool scrypt_works(void)
{
    static const uint8_t want[] = {0x77, 0xd6, 0x57, 0x62, 0x38, 0x65,
                                   0x7b, 0x20, 0x3b, 0x19, 0xca, 0x42,
                                   0xc1, 0x8a, 0x04, 0x97};
    uint8_t got[sizeof want];

    return kit_scrypt(got, sizeof got, "", 0, "", 0, 4, 1, 1) == 0 &&
           memcmp(got, want, sizeof want) == 0;
}

/* Random bytes have no known answer, but two calls must differ. */
static bool random_works(void)
{
    uint8_t a[KIT_KEY_LEN], b[KIT_KEY_LEN];

    return kit_random(a, sizeof a) == 0 && kit_random(b, sizeof b) == 0 &&
           memcmp(a, b, sizeof a) != 0;
}

static const struct {
    const char *name;
    bool (*works)(void);
} algorithms[] = {
    {"ChaCha20-Poly1305", chacha20_poly1305_works},
    {"HMAC-SHA256", hmac_works},
    {"SHA-256", sha256_works},
    {"scrypt", scrypt_works},
    {"random generator", random_works},
};

const char *kit_selftest(void)
{
    static atomic_bool all_work;

    if (atomic_load(&all_work))
        return NULL;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (!algorithms[i].works())
            return algorithms[i].name;
    }
    atomic_store(&all_work, true);
    return NULL;
}
