/* SPDX-License-Identifier: MIT */
/* crypto.h implemented with libsodium. */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#include "backends/crypto.h"
#include "backends/limits.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;
static char name[64];

/* Runs once, in the first thread that needs it. */
static void start(void)
{
    snprintf(name, sizeof name, "libsodium %s", sodium_version_string());
    started = sodium_init() >= 0;
}

/* Initializes the library at the first call. Returns whether it is usable. */
static bool ready(void)
{
    return pthread_once(&once, start) == 0 && started;
}

const char *kit_crypto_name(void)
{
    (void)ready();
    return name;
}

int kit_random(void *out, size_t out_len)
{
    int rc = -1;

    if (!ready())
        goto done;
    if (out_len > 0)
        randombytes_buf(out, out_len);
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

bool kit_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void kit_wipe(void *p, size_t len)
{
    sodium_memzero(p, len);
}

int kit_sha256(struct kit_digest *out, const void *in, size_t in_len)
{
    int rc = -1;

    if (!ready())
        goto done;
    if (crypto_hash_sha256(out->bytes, kit_non_null(in), in_len) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, sizeof *out);
    return rc;
}

int kit_hmac(struct kit_digest *out, const void *key, size_t key_len,
             const void *in, size_t in_len)
{
    crypto_auth_hmacsha256_state state;
    int rc = -1;

    if (!ready() || key_len > INT_MAX)
        goto done;
    if (crypto_auth_hmacsha256_init(&state, kit_non_null(key), key_len) != 0 ||
        crypto_auth_hmacsha256_update(&state, kit_non_null(in), in_len) != 0 ||
        crypto_auth_hmacsha256_final(&state, out->bytes) != 0)
        goto done;
    rc = 0;
done:
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

    if (!ready() || memory == 0 ||
        !kit_scrypt_fits(out_len, password_len, salt_len))
        goto done;
    if (crypto_pwhash_scryptsalsa208sha256_ll(
            kit_non_null(password), password_len, kit_non_null(salt), salt_len,
            UINT64_C(1) << ln, r, p, out, out_len) != 0)
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
    if (crypto_aead_chacha20poly1305_ietf_encrypt(
            out, NULL, kit_non_null(text), text_len, kit_non_null(ad), ad_len,
            NULL, nonce->bytes, key->bytes) != 0)
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
    int rc = -1;

    if (!ready() || !kit_open_fits(out_size, ad_len, box_len))
        goto done;
    /* The library compares the tag before it decrypts. */
    if (crypto_aead_chacha20poly1305_ietf_decrypt(
            out, NULL, NULL, box, box_len, kit_non_null(ad), ad_len,
            nonce->bytes, key->bytes) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_size);
    return rc;
}
