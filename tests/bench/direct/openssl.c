/* SPDX-License-Identifier: MIT */
/* There is a context for each direction, so that its algorithm need not be set
   again. */
#include <openssl/evp.h>

#include "tests/bench/direct/direct.h"

static EVP_CIPHER_CTX *sealing, *opening;

int direct_prepare(void)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);

    sealing = EVP_CIPHER_CTX_new();
    opening = EVP_CIPHER_CTX_new();
    if (cipher == NULL || sealing == NULL || opening == NULL ||
        EVP_EncryptInit_ex2(sealing, cipher, NULL, NULL, NULL) != 1 ||
        EVP_DecryptInit_ex2(opening, cipher, NULL, NULL, NULL) != 1)
        return -1;
    EVP_CIPHER_free(cipher);
    return 0;
}

int direct_seal(struct direct_work *work)
{
    const unsigned char *ad = (const unsigned char *)work->ad;
    int len = (int)work->len, n;

    if (EVP_EncryptInit_ex2(sealing, NULL, work->key.bytes, work->nonce.bytes,
                            NULL) != 1 ||
        EVP_EncryptUpdate(sealing, NULL, &n, ad, (int)work->ad_len) != 1 ||
        EVP_EncryptUpdate(sealing, work->box, &n, work->text, len) != 1 ||
        EVP_EncryptFinal_ex(sealing, work->box + len, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(sealing, EVP_CTRL_AEAD_GET_TAG, KIT_TAG_LEN,
                            work->box + len) != 1)
        return -1;
    return 0;
}

int direct_open(struct direct_work *work)
{
    const unsigned char *ad = (const unsigned char *)work->ad;
    int len = (int)work->len, n;

    if (EVP_DecryptInit_ex2(opening, NULL, work->key.bytes, work->nonce.bytes,
                            NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, KIT_TAG_LEN,
                            work->box + len) != 1 ||
        EVP_DecryptUpdate(opening, NULL, &n, ad, (int)work->ad_len) != 1 ||
        EVP_DecryptUpdate(opening, work->text, &n, work->box, len) != 1 ||
        EVP_DecryptFinal_ex(opening, work->text + len, &n) != 1)
        return -1;
    return 0;
}
