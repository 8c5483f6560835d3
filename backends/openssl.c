/* SPDX-License-Identifier: MIT */
/*
 * crypto.h implemented with OpenSSL 3 and later, using EVP only.
 *
 * Looking up an algorithm and making a context takes longer than encrypting a
 * short message. So every thread makes its contexts once and reuses them. They
 * keep the last key between calls: OpenSSL overwrites it with the next one and
 * clears it when the context is freed, at the end of the thread.
 *
 * EVP returns 1 for success and 0 or less for failure: hence "!= 1".
 */
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
#include "backends/limits.h"

enum { OPEN = 0, SEAL = 1 }; /* "enc" of EVP_CipherInit_ex2 */

/* The contexts of one thread. */
struct contexts {
    EVP_CIPHER_CTX *cipher;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *mac;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local struct contexts *of_thread; /* NULL: none yet */
static pthread_key_t slot; /* the same pointer, with a destructor */
static bool started;
static char name[64];

static EVP_CIPHER *chacha20_poly1305;
static EVP_MD *sha256;
static EVP_MAC *hmac;

/* The destructor of SLOT: pthreads calls it when a thread ends. */
static void contexts_free(void *p)
{
    struct contexts *mine = p;

    if (mine == NULL)
        return;
    EVP_CIPHER_CTX_free(mine->cipher);
    EVP_MD_CTX_free(mine->digest);
    EVP_MAC_CTX_free(mine->mac);
    free(mine);
    of_thread = NULL;
}

/* For atexit: pthreads calls no destructor for the thread that calls exit. */
static void finish(void)
{
    contexts_free(of_thread);
    (void)pthread_setspecific(slot, NULL);
    EVP_CIPHER_free(chacha20_poly1305);
    EVP_MD_free(sha256);
    EVP_MAC_free(hmac);
}

/*
 * Runs once, in the first thread that needs it. OpenSSL may register a cleanup
 * with atexit. We register ours after it, so ours runs before it: the contexts
 * are freed while the library still works.
 */
static void start(void)
{
    snprintf(name, sizeof name, "OpenSSL %s",
             OpenSSL_version(OPENSSL_VERSION_STRING));
    /* Without memory for its default context, OpenSSL 3.0 crashes in
       EVP_CIPHER_fetch instead of returning an error. */
    if (OSSL_LIB_CTX_get0_global_default() == NULL)
        return;
    chacha20_poly1305 = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    started = chacha20_poly1305 != NULL && sha256 != NULL && hmac != NULL &&
              pthread_key_create(&slot, contexts_free) == 0 &&
              atexit(finish) == 0;
}

/* Initializes the library at the first call. Returns whether it is usable. */
static bool ready(void)
{
    return pthread_once(&once, start) == 0 && started;
}

/* Sets the algorithm of each context. Returns what EVP does: 1 is success. */
static int contexts_init(struct contexts *mine)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };

    if (mine->cipher == NULL || mine->digest == NULL || mine->mac == NULL)
        return 0;
    return EVP_CipherInit_ex2(mine->cipher, chacha20_poly1305, NULL, NULL, SEAL,
                              NULL) == 1 &&
           EVP_DigestInit_ex2(mine->digest, sha256, NULL) == 1 &&
           EVP_MAC_CTX_set_params(mine->mac, params) == 1;
}

/* Makes the contexts of this thread. Returns NULL on failure. */
static struct contexts *contexts_make(void)
{
    struct contexts *mine = ready() ? calloc(1, sizeof *mine) : NULL;

    if (mine == NULL)
        return NULL;
    mine->cipher = EVP_CIPHER_CTX_new();
    mine->digest = EVP_MD_CTX_new();
    mine->mac = EVP_MAC_CTX_new(hmac);
    if (contexts_init(mine) == 1 && pthread_setspecific(slot, mine) == 0)
        of_thread = mine;
    else
        contexts_free(mine);
    return of_thread;
}

/* The contexts of this thread, made at its first call. NULL on failure. */
static struct contexts *contexts(void)
{
    return of_thread != NULL ? of_thread : contexts_make();
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
        EVP_DigestUpdate(mine->digest, kit_non_null(in), in_len) != 1 ||
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
    /* EVP would use the previous key if this one were NULL. */
    if (EVP_MAC_init(mine->mac, kit_non_null(key), key_len, NULL) != 1 ||
        EVP_MAC_update(mine->mac, kit_non_null(in), in_len) != 1 ||
        EVP_MAC_final(mine->mac, out->bytes, &out_len, sizeof *out) != 1)
        goto done;
    rc = 0;
done:
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
    /* Without MEMORY as its limit, EVP would fail above 32 MiB. */
    if (EVP_PBE_scrypt(kit_non_null(password), password_len, kit_non_null(salt),
                       salt_len, UINT64_C(1) << ln, r, p, memory, out,
                       out_len) != 1)
        goto done;
    rc = 0;
done:
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

/*
 * Encrypts or decrypts LEN bytes of IN to OUT. If OUT is NULL, IN is associated
 * data. Does nothing if LEN is 0: IN may be NULL then, and for some ciphers
 * that means the end of the data. Returns 1 for success, as EVP does.
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
    uint8_t none[KIT_TAG_LEN]; /* stays empty: a stream cipher has no blocks */
    int n, rc = -1;

    if (mine == NULL || !kit_seal_fits(out_size, ad_len, text_len))
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
    size_t text_len;
    int n, rc = -1;

    if (mine == NULL || !kit_open_fits(out_size, ad_len, box_len))
        goto done;
    text_len = box_len - KIT_TAG_LEN;
    /* Give EVP all 16 bytes: it would accept a shorter tag, or none. */
    memcpy(tag, box + text_len, sizeof tag);
    if (EVP_CipherInit_ex2(mine->cipher, NULL, key->bytes, nonce->bytes, OPEN,
                           NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(mine->cipher, EVP_CTRL_AEAD_SET_TAG, sizeof tag,
                            tag) != 1)
        goto done;
    /*
     * EVP decrypts to OUT first and compares the tag at the end. The caller
     * does not read OUT before we return, and a failure wipes it.
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
