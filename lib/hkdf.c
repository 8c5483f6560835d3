/* SPDX-License-Identifier: MIT */
/* HKDF-SHA256 (RFC 5869), built on the HMAC of the backend. */
#include "lib/hkdf.h"

#include <string.h>

#include "lib/trace.h"

/*
 * HKDF-Expand, RFC 5869 section 2.3: OUT is the start of T(1) | T(2) | ...,
 * and T(i) = HMAC(PRK, T(i-1) | info | i), where T(0) is empty.
 */
static int expand(uint8_t *out, size_t out_len, const struct kit_digest *prk,
                  const void *info, size_t info_len)
{
    uint8_t input[KIT_DIGEST_LEN + KIT_HKDF_INFO_MAX + 1];
    struct kit_digest t = {{0}};
    size_t written = 0, t_len = 0, take;
    int rc = -1;

    for (uint8_t i = 1; written < out_len; i++) {
        /* The input of this block: the previous block, info, its number. */
        memcpy(input, t.bytes, t_len);
        if (info_len > 0)
            memcpy(input + t_len, info, info_len);
        input[t_len + info_len] = i;
        if (kit_hmac(&t, prk->bytes, sizeof prk->bytes, input,
                     t_len + info_len + 1) != 0)
            goto done;
        t_len = sizeof t.bytes;

        /* Only a part of the last block may be needed. */
        take = out_len - written < t_len ? out_len - written : t_len;
        memcpy(out + written, t.bytes, take);
        written += take;
    }
    rc = 0;
done:
    kit_wipe(input, sizeof input);
    kit_wipe(&t, sizeof t);
    return rc;
}

int kit_hkdf(void *out, size_t out_len, const void *salt, size_t salt_len,
             const void *input, size_t input_len, const void *info,
             size_t info_len)
{
    struct kit_digest prk;
    int rc = -1;

    if (out_len == 0 || out_len > KIT_HKDF_OUT_MAX ||
        info_len > KIT_HKDF_INFO_MAX)
        goto done;
    /* HKDF-Extract, section 2.2. An empty salt is the same as 32 zeros. */
    if (kit_hmac(&prk, salt, salt_len, input, input_len) != 0)
        goto done;
    if (expand(out, out_len, &prk, info, info_len) != 0)
        goto done;
    rc = 0;
done:
    kit_wipe(&prk, sizeof prk);
    if (rc != 0)
        kit_wipe(out, out_len);
    return rc;
}

int kit_derive(struct kit_key *key, const char *string, const char *label)
{
    int rc = kit_hkdf(key->bytes, sizeof key->bytes, NULL, 0, string,
                      strlen(string), label, strlen(label));

    if (rc == 0 && kit_trace_on)
        kit_trace_derived(key, string, label);
    return rc;
}
