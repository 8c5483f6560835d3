/* SPDX-License-Identifier: MIT */
/*
 * crypto.h implemented with wolfSSL 5, using its wolfCrypt functions only.
 *
 * Their contexts are plain structs that need no heap memory. So they are on the
 * stack, nothing is kept between calls, and each function wipes what it used.
 * wolfCrypt returns 0 for success and a negative number for failure.
 *
 * kit_scrypt has two limits here that other backends do not have: R may be 8
 * at most, and the memory must stay below 2 GiB. The lab needs R = 8 and at
 * most 128 MiB.
 */

/* Without this, options.h changes the compiler's _FORTIFY_SOURCE. */
#define WOLFSSL_OPTIONS_IGNORE_SYS
#include <wolfssl/options.h>

#include <pthread.h>
#include <stdio.h>
#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/wc_port.h>

#include "backends/crypto.h"
#include "backends/limits.h"

#ifndef HAVE_SCRYPT
#error "this wolfSSL was built without scrypt: choose another backend"
#endif

enum {
    /* wolfCrypt's lengths have 32 bits. We hash longer inputs in pieces. */
    HASH_MAX = 1 << 30,
    /* The most that Linux reads from /dev/urandom in one piece, even if a
       signal arrives. wc_GenerateSeed fails if it gets less. */
    RANDOM_MAX = 256,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;
static char name[64];

/* Runs once, in the first thread that needs it. */
static void start(void)
{
    snprintf(name, sizeof name, "wolfSSL %s", wolfSSL_lib_version());
    started = wolfCrypt_Init() == 0;
}

/* Initializes the library at the first call. Returns whether it is usable. */
static bool ready(void)
{
    return pthread_once(&once, start) == 0 && started;
}

/* LEN, but at most MAX. */
static word32 at_most(word32 max, size_t len)
{
    return len < max ? (word32)len : max;
}

const char *kit_crypto_name(void)
{
    (void)ready();
    return name;
}

/*
 * wolfCrypt's own generator (WC_RNG) would give parent and child the same bytes
 * after a fork. wc_GenerateSeed reads from the system's.
 */
int kit_random(void *out, size_t out_len)
{
    uint8_t *next = out;
    size_t left = out_len;
    OS_Seed seed = {0};
    word32 n;
    int rc = -1;

    if (!ready())
        goto done;
    for (; left > 0; next += n, left -= n) {
        n = at_most(RANDOM_MAX, left);
        if (wc_GenerateSeed(&seed, next, n) != 0)
            goto done;
    }
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

/*
 * wolfCrypt 5.5 does not export its own comparison. The volatile DIFFERENCE
 * keeps the compiler from leaving the loop early.
 */
bool kit_equal(const void *a, const void *b, size_t len)
{
    const uint8_t *left = a, *right = b;
    volatile uint8_t difference = 0;

    for (size_t i = 0; i < len; i++)
        difference |= left[i] ^ right[i];
    return difference == 0;
}

/* wolfCrypt 5.5 does not export this, either. Volatile writes are kept. */
void kit_wipe(void *p, size_t len)
{
    volatile uint8_t *bytes = p;

    for (size_t i = 0; i < len; i++)
        bytes[i] = 0;
}

int kit_sha256(struct kit_digest *out, const void *in, size_t in_len)
{
    const uint8_t *next = kit_non_null(in);
    wc_Sha256 state = {0};
    word32 n;
    int rc = -1;

    if (!ready() || wc_InitSha256(&state) != 0)
        goto done;
    for (; in_len > 0; next += n, in_len -= n) {
        n = at_most(HASH_MAX, in_len);
        if (wc_Sha256Update(&state, next, n) != 0)
            goto done;
    }
    if (wc_Sha256Final(&state, out->bytes) != 0)
        goto done;
    rc = 0;
done:
    wc_Sha256Free(&state);
    kit_wipe(&state, sizeof state);
    if (rc != 0)
        kit_wipe(out, sizeof *out);
    return rc;
}

int kit_hmac(struct kit_digest *out, const void *key, size_t key_len,
             const void *in, size_t in_len)
{
    const uint8_t *next = kit_non_null(in);
    Hmac state = {0};
    word32 n;
    int rc = -1;

    if (!ready() || key_len > INT_MAX)
        goto done;
    if (wc_HmacInit(&state, NULL, INVALID_DEVID) != 0 ||
        wc_HmacSetKey(&state, WC_SHA256, kit_non_null(key), (word32)key_len) !=
            0)
        goto done;
    for (; in_len > 0; next += n, in_len -= n) {
        n = at_most(HASH_MAX, in_len);
        if (wc_HmacUpdate(&state, next, n) != 0)
            goto done;
    }
    if (wc_HmacFinal(&state, out->bytes) != 0)
        goto done;
    rc = 0;
done:
    wc_HmacFree(&state);
    kit_wipe(&state, sizeof state);
    if (rc != 0)
        kit_wipe(out, sizeof *out);
    return rc;
}

int kit_scrypt(void *out, size_t out_len, const void *password,
               size_t password_len, const void *salt, size_t salt_len,
               unsigned ln, unsigned r, unsigned p)
{
    uint64_t memory = kit_scrypt_memory(ln, r, p);
    int rc = -1;

    /* wc_scrypt multiplies sizes as 32-bit numbers and does not check all of
       the products for overflow. */
    if (!ready() || memory == 0 || memory > INT_MAX ||
        !kit_scrypt_fits(out_len, password_len, salt_len))
        goto done;
    if (wc_scrypt(out, kit_non_null(password), (int)password_len,
                  kit_non_null(salt), (int)salt_len, (int)ln, (int)r, (int)p,
                  (int)out_len) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

int kit_seal(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const void *text, size_t text_len)
{
    int rc = -1;

    if (!ready() || !kit_seal_fits(out_size, ad_len, text_len))
        goto done;
    if (wc_ChaCha20Poly1305_Encrypt(key->bytes, nonce->bytes, kit_non_null(ad),
                                    (word32)ad_len, kit_non_null(text),
                                    (word32)text_len, out, out + text_len) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_size);
    return rc;
}

int kit_open(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const uint8_t *box, size_t box_len)
{
    uint8_t none; /* OUT may be NULL for an empty text, but not in wolfCrypt */
    size_t text_len;
    int rc = -1;

    if (!ready() || !kit_open_fits(out_size, ad_len, box_len))
        goto done;
    text_len = box_len - KIT_TAG_LEN;
    /*
     * The library decrypts to OUT first and compares the tag at the end. The
     * caller does not read OUT before we return, and a failure wipes it.
     */
    if (wc_ChaCha20Poly1305_Decrypt(
            key->bytes, nonce->bytes, kit_non_null(ad), (word32)ad_len, box,
            (word32)text_len, box + text_len, text_len > 0 ? out : &none) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_size);
    return rc;
}
