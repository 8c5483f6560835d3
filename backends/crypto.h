/* SPDX-License-Identifier: MIT */
/*
 * The cryptography of the lab, behind one small door.
 *
 * Every backend (libsodium.c, openssl.c) defines these same functions and the
 * Makefile links exactly one of them: make CRYPTO=openssl. Nothing here names
 * a library, so the programs above cannot tell which one they stand on.
 *
 * Three rules hold for every function:
 *
 * 1. Outputs come first, then inputs. A buffer is followed by its length in
 *    bytes. What has a fixed size has a type of its own, so that the compiler
 *    knows a key from a nonce.
 * 2. 0 is success and -1 is failure, and nobody may ignore it. After a
 *    failure every output is zero.
 * 3. A failure never says why: a wrong key and a forged text look the same.
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
    KIT_DIGEST_LEN = 32, /* bytes that SHA-256 and HMAC-SHA256 give */

    /* Bytes that one box can hold, and as many of associated data: with its
       tag it still has a length that an int can say. */
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
 * kit_crypto_name: the library this program runs on and its version, for
 * example "libsodium 1.0.18". Not to be freed.
 */
const char *kit_crypto_name(void);

/*
 * kit_random: fills OUT with OUT_LEN bytes of the system's generator, good
 * enough for keys and nonces. Fails only when the system has none to give.
 */
int kit_random(void *out, size_t out_len) KIT_MUST_CHECK;

/*
 * kit_equal: whether A and B hold the same LEN bytes, in a time that depends
 * on LEN alone. Compare secrets, tags and digests with this, never memcmp.
 */
bool kit_equal(const void *a, const void *b, size_t len);

/*
 * kit_wipe: writes zeros over LEN bytes at P, even where the compiler sees
 * that nobody reads them afterwards.
 */
void kit_wipe(void *p, size_t len);

/* kit_sha256: OUT is SHA-256 of IN (FIPS 180-4). */
int kit_sha256(struct kit_digest *out, const void *in,
               size_t in_len) KIT_MUST_CHECK;

/*
 * kit_hmac: OUT is HMAC-SHA256 of IN under KEY of any length up to INT_MAX
 * (RFC 2104). No key at all, of length 0, is a key too.
 */
int kit_hmac(struct kit_digest *out, const void *key, size_t key_len,
             const void *in, size_t in_len) KIT_MUST_CHECK;

/*
 * kit_scrypt: OUT is scrypt (RFC 7914) of PASSWORD and SALT with N = 2^LN,
 * block size R and parallelism P. It needs 128 * R * 2^LN bytes of memory and
 * time in proportion to that times P; the caller bounds the three numbers
 * before it asks. Fails without any work for LN 0 or over 63, R or P of 0,
 * OUT_LEN 0, a length over INT_MAX, R * P of 2^24 or more, N of 2^(16 R) or
 * more (RFC 7914 section 2), and for a product that no machine can give.
 */
int kit_scrypt(void *out, size_t out_len, const void *password,
               size_t password_len, const void *salt, size_t salt_len,
               unsigned ln, unsigned r, unsigned p) KIT_MUST_CHECK;

/*
 * kit_seal: encrypts TEXT and authenticates it together with the associated
 * data AD, which is not sent (ChaCha20-Poly1305, RFC 8439 section 2.8).
 *
 * OUT receives TEXT_LEN bytes of ciphertext and then the tag of KIT_TAG_LEN
 * bytes; OUT_SIZE is the room there and must be at least that. The nonce is
 * not written: the caller sends it in front. One nonce must never seal two
 * texts under one key. Fails when TEXT_LEN or AD_LEN is over KIT_SEAL_MAX.
 */
int kit_seal(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const void *text, size_t text_len) KIT_MUST_CHECK;

/*
 * kit_open: the inverse of kit_seal. BOX is ciphertext and tag, BOX_LEN bytes
 * together. Only when key, nonce, associated data and every byte of the box
 * are the sealer's own does it write BOX_LEN - KIT_TAG_LEN bytes of text to
 * OUT and return 0. OUT_SIZE is the room there and must be at least that.
 *
 * Otherwise, also for a box shorter than a tag, it returns -1 and OUT is zero
 * for all of its OUT_SIZE bytes: no unauthenticated byte comes out.
 */
int kit_open(uint8_t *out, size_t out_size, const struct kit_key *key,
             const struct kit_nonce *nonce, const void *ad, size_t ad_len,
             const uint8_t *box, size_t box_len) KIT_MUST_CHECK;

#endif
