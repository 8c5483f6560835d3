/* SPDX-License-Identifier: MIT */
/*
 * All the cryptography of the lab, whichever library provides it.
 *
 * Every backend (openssl.c, for example) defines these functions, and the
 * Makefile links exactly one of them: make CRYPTO=openssl. No library is named
 * here, so the code that includes this file works with any backend.
 *
 * Three rules hold for every function:
 *
 * 1. Outputs come first, then inputs. Every buffer is followed by its length
 *    in bytes. Data of a fixed size has its own type, so that the compiler
 *    can tell a key from a nonce.
 * 2. 0 is success and -1 is failure. The compiler warns if you ignore the
 *    result. After a failure every output is zero.
 * 3. A failure does not give a reason: a wrong key and a forged text look the
 *    same.
 *
 * All functions may be called from several threads at once.
 */
#ifndef KIT_CRYPTO_H
#define KIT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIT_MUST_CHECK __attribute__((warn_unused_result))

enum {
    KIT_KEY_LEN = 32,    /* bytes of a ChaCha20-Poly1305 key */
    KIT_NONCE_LEN = 12,  /* bytes of its nonce, RFC 8439 section 2.8 */
    KIT_TAG_LEN = 16,    /* bytes of its tag */
    KIT_DIGEST_LEN = 32, /* bytes of a SHA-256 or HMAC-SHA256 result */

    /* The most bytes of text, and of associated data, in one box. With the
       tag the length still fits into an int, which some libraries use. */
    KIT_SEAL_MAX = INT32_MAX - KIT_TAG_LEN,
};

struct kit_key {
    uint8_t bytes[KIT_KEY_LEN];
};

struct kit_nonce {
    uint8_t bytes[KIT_NONCE_LEN];
};

struct kit_digest {
    uint8_t bytes[KIT_DIGEST_LEN];
};

/*
 * kit_crypto_name: the library that this program uses and its version, for
 * example "libsodium 1.0.18". Do not free it.
 */
const char *kit_crypto_name(void);

/*
 * kit_random: fills OUT with OUT_LEN bytes from the system's generator, good
 * enough for keys and nonces. Fails only if the generator does.
 */
int kit_random(void *out, size_t out_len) KIT_MUST_CHECK;

/*
 * kit_equal: whether the LEN bytes at A and at B are the same, in a time that
 * depends on LEN only. Compare secrets, tags and digests with this, never
 * memcmp.
 */
bool kit_equal(const void *a, const void *b, size_t len);

/*
 * kit_wipe: overwrites LEN bytes at P with zeros. The compiler may remove a
 * memset whose result is never read; it does not remove this.
 */
void kit_wipe(void *p, size_t len);

/* kit_sha256: OUT is SHA-256 of IN (FIPS 180-4). */
int kit_sha256(struct kit_digest *out, const void *in,
               size_t in_len) KIT_MUST_CHECK;

/*
 * kit_hmac: OUT is HMAC-SHA256 of IN with KEY (RFC 2104). KEY_LEN may be 0 to
 * INT_MAX.
 */
int kit_hmac(struct kit_digest *out, const void *key, size_t key_len,
             const void *in, size_t in_len) KIT_MUST_CHECK;

/*
 * kit_scrypt: OUT is scrypt (RFC 7914) of PASSWORD and SALT with N = 2^LN,
 * block size R and parallelism P. It needs 128 * R * 2^LN bytes of memory, and
 * time in proportion to that times P: limit the three numbers before you call
 * it. Fails without any work if LN is 0 or over 63, R or P is 0, OUT_LEN is 0,
 * a length is over INT_MAX, R * P is 2^24 or more, N is 2^(16 R) or more (RFC
 * 7914 section 2), or the memory would exceed 2^47 bytes. A backend may also
 * fail if R is over 8 or the memory is 2 GiB or more.
 */
int kit_scrypt(void *out, size_t out_len, const void *password,
               size_t password_len, const void *salt, size_t salt_len,
               unsigned ln, unsigned r, unsigned p) KIT_MUST_CHECK;

/*
 * kit_seal: encrypts TEXT and authenticates it together with the associated
 * data AD, which is not sent (ChaCha20-Poly1305, RFC 8439 section 2.8).
 *
 * Writes TEXT_LEN bytes of ciphertext and then the tag, KIT_TAG_LEN bytes, to
 * OUT. OUT_SIZE must be at least the sum. The nonce is not written to OUT: the
 * caller sends it, too. Never seal two texts with the same key and the
 * same nonce. Fails if TEXT_LEN or AD_LEN is over KIT_SEAL_MAX.
 */
int kit_seal(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const void *text, size_t text_len) KIT_MUST_CHECK;

/*
 * kit_open: the inverse of kit_seal. BOX is ciphertext and tag, BOX_LEN bytes
 * together, without the nonce. If key, nonce, associated data and every byte of
 * the box are the same as when it was sealed, kit_open writes BOX_LEN -
 * KIT_TAG_LEN bytes of text to OUT and returns 0. OUT_SIZE must be at least
 * that.
 *
 * Otherwise, also if the box is shorter than a tag, it returns -1 and all
 * OUT_SIZE bytes of OUT are zero: the caller sees no unauthenticated byte.
 */
int kit_open(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const uint8_t *box, size_t box_len) KIT_MUST_CHECK;

#endif
