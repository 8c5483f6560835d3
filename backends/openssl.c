/* SPDX-License-Identifier: MIT */
/*
 * The cryptography of the lab on OpenSSL 3 and later, by EVP alone.
 *
 * Looking an algorithm up and making a context cost more than a short message
 * does, so every thread makes its contexts once and uses them again. Between
 * two calls they hold the last key: OpenSSL overwrites it with the next one
 * and clears it when the thread ends.
 *
 * EVP answers 1 for success and 0, or less, for failure: hence "!= 1".
 */
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/crypto.h"

/* The most memory that scrypt may ask for: half of a 48-bit address space. */
#define SCRYPT_MEMORY_MAX (UINT64_C(1) << 47)

enum { OPEN = 0, SEAL = 1 }; /* directions, as EVP_CipherInit_ex2 has them */

struct contexts {
    EVP_CIPHER_CTX *cipher;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *mac;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t slot; /* where each thread keeps its contexts */
static bool started;
static char name[64];

/* For a thread that ends. */
static void contexts_free(void *p)
{
    struct contexts *mine = p;

    if (mine == NULL)
        return;
    EVP_CIPHER_CTX_free(mine->cipher);
    EVP_MD_CTX_free(mine->digest);
    EVP_MAC_CTX_free(mine->mac);
    free(mine);
}

/* For the thread that ends the program: slots are not cleared for it. */
static void contexts_exit(void)
{
    contexts_free(pthread_getspecific(slot));
    (void)pthread_setspecific(slot, NULL);
}

/*
 * Runs once, in whichever thread comes first. Where OpenSSL cleans up at the
 * end of a program it registers that before we register ours, and what came
 * last is called first: our contexts go while their library is still there.
 */
static void start(void)
{
    snprintf(name, sizeof name, "OpenSSL %s",
             OpenSSL_version(OPENSSL_VERSION_STRING));
    started = OPENSSL_init_crypto(0, NULL) == 1 &&
              pthread_key_create(&slot, contexts_free) == 0 &&
              atexit(contexts_exit) == 0;
}

/* Whether the library is ready; every function that needs it asks first. */
static bool ready(void)
{
    return pthread_once(&once, start) == 0 && started;
}

/* A context for ChaCha20-Poly1305; it keeps the algorithm for itself. */
static EVP_CIPHER_CTX *cipher_new(void)
{
    EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    if (ctx != NULL &&
        EVP_CipherInit_ex2(ctx, algorithm, NULL, NULL, SEAL, NULL) != 1) {
        EVP_CIPHER_CTX_free(ctx);
        ctx = NULL;
    }
    EVP_CIPHER_free(algorithm);
    return ctx;
}

/* A context for SHA-256. */
static EVP_MD_CTX *digest_new(void)
{
    EVP_MD *algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (ctx != NULL && EVP_DigestInit_ex2(ctx, algorithm, NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        ctx = NULL;
    }
    EVP_MD_free(algorithm);
    return ctx;
}

/* A context for HMAC-SHA256. */
static EVP_MAC_CTX *mac_new(void)
{
    char sha256[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(algorithm);

    if (ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        ctx = NULL;
    }
    EVP_MAC_free(algorithm);
    return ctx;
}

/* This thread's contexts, made at its first call; NULL when that fails. */
static struct contexts *contexts(void)
{
    struct contexts *mine;

    if (!ready())
        return NULL;
    mine = pthread_getspecific(slot);
    if (mine != NULL)
        return mine;
    mine = calloc(1, sizeof *mine);
    if (mine == NULL)
        return NULL;
    mine->cipher = cipher_new();
    mine->digest = digest_new();
    mine->mac = mac_new();
    if (mine->cipher == NULL || mine->digest == NULL || mine->mac == NULL ||
        pthread_setspecific(slot, mine) != 0) {
        contexts_free(mine);
        return NULL;
    }
    return mine;
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
    if (RAND_bytes_ex(NULL, out, out_len, 0) != 1)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

bool kit_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void kit_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}

int kit_sha256(struct kit_digest *out, const void *in, size_t in_len)
{
    struct contexts *mine = contexts();
    int rc = -1;

    if (mine == NULL)
        goto done;
    if (EVP_DigestInit_ex2(mine->digest, NULL, NULL) != 1 ||
        EVP_DigestUpdate(mine->digest, in, in_len) != 1 ||
        EVP_DigestFinal_ex(mine->digest, out->bytes, NULL) != 1)
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
    struct contexts *mine = contexts();
    size_t out_len;
    int rc = -1;

    if (mine == NULL || key_len > INT_MAX)
        goto done;
    /* To EVP a key of NULL is not an empty one but the one before. */
    if (key_len == 0)
        key = "";
    if (EVP_MAC_init(mine->mac, key, key_len, NULL) != 1 ||
        EVP_MAC_update(mine->mac, in, in_len) != 1 ||
        EVP_MAC_final(mine->mac, out->bytes, &out_len, sizeof *out) != 1)
        goto done;
    rc = 0;
done:
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
    /* Without the last number but two, EVP stops at 32 MiB. */
    if (EVP_PBE_scrypt(password, password_len, salt, salt_len,
                       UINT64_C(1) << ln, r, p, memory, out, out_len) != 1)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

/*
 * Runs LEN bytes of IN through the cipher: to OUT, or where OUT is NULL as
 * associated data. No bytes are no work: NULL means other things to EVP.
 * Answers as EVP does.
 */
static int update(EVP_CIPHER_CTX *cipher, uint8_t *out, const void *in,
                  size_t len)
{
    int n;

    if (len == 0)
        return 1;
    return EVP_CipherUpdate(cipher, out, &n, in, (int)len);
}

int kit_seal(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const void *text, size_t text_len)
{
    struct contexts *mine = contexts();
    uint8_t none[KIT_TAG_LEN]; /* a stream cipher has no last block */
    int n, rc = -1;

    if (mine == NULL || ad_len > KIT_SEAL_MAX || text_len > KIT_SEAL_MAX)
        goto done;
    if (out_size < text_len + KIT_TAG_LEN)
        goto done;
    if (EVP_CipherInit_ex2(mine->cipher, NULL, key->bytes, nonce->bytes, SEAL,
                           NULL) != 1 ||
        update(mine->cipher, NULL, ad, ad_len) != 1 ||
        update(mine->cipher, out, text, text_len) != 1 ||
        EVP_CipherFinal_ex(mine->cipher, none, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(mine->cipher, EVP_CTRL_AEAD_GET_TAG, KIT_TAG_LEN,
                            out + text_len) != 1)
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
    struct contexts *mine = contexts();
    uint8_t tag[KIT_TAG_LEN], none[KIT_TAG_LEN];
    size_t text_len = box_len - KIT_TAG_LEN;
    int n, rc = -1;

    /* A box shorter than its tag ends here: TEXT_LEN would be immense. */
    if (mine == NULL || ad_len > KIT_SEAL_MAX || box_len < KIT_TAG_LEN)
        goto done;
    if (text_len > KIT_SEAL_MAX || out_size < text_len)
        goto done;
    /* Without all 16 bytes of the tag EVP compares fewer, or none at all. */
    memcpy(tag, box + text_len, sizeof tag);
    if (EVP_CipherInit_ex2(mine->cipher, NULL, key->bytes, nonce->bytes, OPEN,
                           NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(mine->cipher, EVP_CTRL_AEAD_SET_TAG, sizeof tag,
                            tag) != 1)
        goto done;
    /*
     * EVP decrypts first and compares the tag at the end. Until then the text
     * is in OUT, where the caller does not look before we return, and a
     * failure wipes all of it.
     */
    if (update(mine->cipher, NULL, ad, ad_len) != 1 ||
        update(mine->cipher, out, box, text_len) != 1 ||
        EVP_CipherFinal_ex(mine->cipher, none, &n) != 1)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_size);
    return rc;
}
