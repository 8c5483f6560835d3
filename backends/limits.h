/* SPDX-License-Identifier: MIT */
/*
 * What every backend checks before it calls its library, so that all of them
 * accept and reject the same arguments, except that wolfSSL's kit_scrypt has
 * two lower limits (wolfssl.c). For backends only; crypto.h has the same limits
 * for their callers.
 */
#ifndef KIT_LIMITS_H
#define KIT_LIMITS_H

#include <limits.h>

#include "backends/crypto.h"

/*
 * kit_non_null: P, or the address of an empty string if P is NULL. Our callers
 * may pass NULL with length 0 for the empty string. To a library it may be an
 * error, or mean "the same as before".
 */
static inline const void *kit_non_null(const void *p)
{
    return p != NULL ? p : "";
}

/* The most memory that kit_scrypt may need: half of a 48-bit address space. */
#define KIT_SCRYPT_MEMORY_MAX (UINT64_C(1) << 47)

/*
 * kit_scrypt_memory: the bytes that scrypt needs for its table of N blocks,
 * its P working blocks and two more. 0 if the numbers are not valid (N must be
 * below 2^(16 R), RFC 7914 section 2), if the size of the working blocks does
 * not fit into an int, or if the sum is over KIT_SCRYPT_MEMORY_MAX.
 */
static inline uint64_t kit_scrypt_memory(unsigned ln, unsigned r, unsigned p)
{
    uint64_t blocks;

    if (ln == 0 || ln > 63 || r == 0 || p == 0)
        return 0;
    if (ln >= UINT64_C(16) * r || (uint64_t)r * p > INT_MAX / 128)
        return 0;
    blocks = (UINT64_C(1) << ln) + p + 2;
    if (blocks > KIT_SCRYPT_MEMORY_MAX / 128 / r)
        return 0;
    return blocks * 128 * r;
}

/* kit_scrypt_fits: whether every library accepts these lengths. */
static inline bool kit_scrypt_fits(size_t out_len, size_t password_len,
                                   size_t salt_len)
{
    return out_len > 0 && out_len <= INT_MAX && password_len <= INT_MAX &&
           salt_len <= INT_MAX;
}

/* kit_seal_fits: whether the box for TEXT_LEN bytes of text fits into OUT. */
static inline bool kit_seal_fits(size_t out_size, size_t ad_len,
                                 size_t text_len)
{
    /* Compare with the limit first, so that the sum cannot overflow. */
    return ad_len <= KIT_SEAL_MAX && text_len <= KIT_SEAL_MAX &&
           out_size >= text_len + KIT_TAG_LEN;
}

/* kit_open_fits: whether the box has a whole tag and its text fits into OUT. */
static inline bool kit_open_fits(size_t out_size, size_t ad_len, size_t box_len)
{
    /* Compare with the tag's length first, so that the difference cannot wrap
       around. */
    return ad_len <= KIT_SEAL_MAX && box_len >= KIT_TAG_LEN &&
           box_len - KIT_TAG_LEN <= KIT_SEAL_MAX &&
           out_size >= box_len - KIT_TAG_LEN;
}

#endif
