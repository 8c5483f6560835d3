/* SPDX-License-Identifier: MIT */
/* The cryptography of the lab on libsodium. */
#include <limits.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#include "backends/crypto.h"

/* The most memory that scrypt may ask for: half of a 48-bit address space. */
#define SCRYPT_MEMORY_MAX (UINT64_C(1) << 47)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;
static char name[64];

/* Runs once, in whichever thread comes first. */
static void start(void)
{
    snprintf(name, sizeof name, "libsodium %s", sodium_version_string());
    started = sodium_init() >= 0;
}

/* Whether the library is ready; every function that needs it asks first. */
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
    if (crypto_hash_sha256(out->bytes, in, in_len) != 0)
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
    if (crypto_auth_hmacsha256_init(&state, key, key_len) != 0 ||
        crypto_auth_hmacsha256_update(&state, in, in_len) != 0 ||
        crypto_auth_hmacsha256_final(&state, out->bytes) != 0)
        goto done;
    rc = 0;
done:
    kit_wipe(&state, sizeof state);
    if (rc != 0)
        kit_wipe(out, sizeof *out);
    return rc;
}

/*
 * The bytes that scrypt needs for its working blocks and its table, or 0 when
 * the three numbers are no valid ones (RFC 7914 section 2: r * p < 2^30 and
 * N < 2^(16 r)) or nobody has that much.
 */
static uint64_t scrypt_memory(unsigned ln, unsigned r, unsigned p)
{
    uint64_t blocks;

    if (ln == 0 || ln > 63 || r == 0 || p == 0)
        return 0;
    if ((uint64_t)r * p >= UINT64_C(1) << 30 || ln >= UINT64_C(16) * r)
        return 0;
    blocks = (UINT64_C(1) << ln) + p + 2;
    if (blocks > SCRYPT_MEMORY_MAX / 128 / r)
        return 0;
    return blocks * 128 * r;
}

int kit_scrypt(void *out, size_t out_len, const void *password,
               size_t password_len, const void *salt, size_t salt_len,
               unsigned ln, unsigned r, unsigned p)
{
    uint64_t memory = scrypt_memory(ln, r, p);
    int rc = -1;

    if (!ready() || memory == 0 || out_len == 0)
        goto done;
    if (out_len > INT_MAX || password_len > INT_MAX || salt_len > INT_MAX)
        goto done;
    if (crypto_pwhash_scryptsalsa208sha256_ll(password, password_len, salt,
                                              salt_len, UINT64_C(1) << ln, r, p,
                                              out, out_len) != 0)
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

    if (!ready() || ad_len > KIT_SEAL_MAX || text_len > KIT_SEAL_MAX)
        goto done;
    if (out_size < text_len + KIT_TAG_LEN)
        goto done;
    if (crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, text, text_len, ad,
                                                  ad_len, NULL, nonce->bytes,
                                                  key->bytes) != 0)
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

    /* A box shorter than its tag ends here, before anyone subtracts. */
    if (!ready() || ad_len > KIT_SEAL_MAX || box_len < KIT_TAG_LEN)
        goto done;
    if (box_len - KIT_TAG_LEN > KIT_SEAL_MAX ||
        out_size < box_len - KIT_TAG_LEN)
        goto done;
    /* The library compares the tag before it decrypts. */
    if (crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, box, box_len,
                                                  ad, ad_len, nonce->bytes,
                                                  key->bytes) != 0)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_size);
    return rc;
}
