/* SPDX-License-Identifier: MIT */
#include <sodium.h>

#include "tests/bench/direct/direct.h"

int direct_prepare(void)
{
    return sodium_init() < 0 ? -1 : 0;
}

int direct_seal(struct direct_work *work)
{
    return crypto_aead_chacha20poly1305_ietf_encrypt(
        work->box, NULL, work->text, work->len, (const unsigned char *)work->ad,
        work->ad_len, NULL, work->nonce.bytes, work->key.bytes);
}

int direct_open(struct direct_work *work)
{
    return crypto_aead_chacha20poly1305_ietf_decrypt(
        work->text, NULL, NULL, work->box, work->len + KIT_TAG_LEN,
        (const unsigned char *)work->ad, work->ad_len, work->nonce.bytes,
        work->key.bytes);
}
