/* SPDX-License-Identifier: MIT */
/* The calls of backends/openssl.c that can fail. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "tests/support/library_faults/fault.h"

FAULT(OSSL_LIB_CTX *, OSSL_LIB_CTX_get0_global_default, (void), (), NULL)
FAULT(EVP_CIPHER *, EVP_CIPHER_fetch,
      (OSSL_LIB_CTX * library, const char *name, const char *properties),
      (library, name, properties), NULL)
FAULT(EVP_MD *, EVP_MD_fetch,
      (OSSL_LIB_CTX * library, const char *name, const char *properties),
      (library, name, properties), NULL)
FAULT(EVP_MAC *, EVP_MAC_fetch,
      (OSSL_LIB_CTX * library, const char *name, const char *properties),
      (library, name, properties), NULL)
FAULT(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL)
FAULT(EVP_MD_CTX *, EVP_MD_CTX_new, (void), (), NULL)
FAULT(EVP_MAC_CTX *, EVP_MAC_CTX_new, (EVP_MAC * mac), (mac), NULL)
FAULT(int, RAND_bytes_ex,
      (OSSL_LIB_CTX * library, unsigned char *out, size_t len,
       unsigned int strength),
      (library, out, len, strength), 0)
FAULT(int, EVP_DigestInit_ex2,
      (EVP_MD_CTX * context, const EVP_MD *md, const OSSL_PARAM *params),
      (context, md, params), 0)
FAULT(int, EVP_DigestUpdate, (EVP_MD_CTX * context, const void *in, size_t len),
      (context, in, len), 0)
FAULT(int, EVP_DigestFinal_ex,
      (EVP_MD_CTX * context, unsigned char *out, unsigned int *len),
      (context, out, len), 0)
FAULT(int, EVP_MAC_CTX_set_params,
      (EVP_MAC_CTX * context, const OSSL_PARAM *params), (context, params), 0)
FAULT(int, EVP_MAC_init,
      (EVP_MAC_CTX * context, const unsigned char *key, size_t len,
       const OSSL_PARAM *params),
      (context, key, len, params), 0)
FAULT(int, EVP_MAC_update,
      (EVP_MAC_CTX * context, const unsigned char *in, size_t len),
      (context, in, len), 0)
FAULT(int, EVP_MAC_final,
      (EVP_MAC_CTX * context, unsigned char *out, size_t *len, size_t size),
      (context, out, len, size), 0)
FAULT(int, EVP_PBE_scrypt,
      (const char *password, size_t password_len, const unsigned char *salt,
       size_t salt_len, uint64_t n, uint64_t r, uint64_t p, uint64_t memory,
       unsigned char *out, size_t out_len),
      (password, password_len, salt, salt_len, n, r, p, memory, out, out_len),
      0)
FAULT(int, EVP_CipherInit_ex2,
      (EVP_CIPHER_CTX * context, const EVP_CIPHER *cipher,
       const unsigned char *key, const unsigned char *iv, int direction,
       const OSSL_PARAM *params),
      (context, cipher, key, iv, direction, params), 0)
FAULT(int, EVP_CipherUpdate,
      (EVP_CIPHER_CTX * context, unsigned char *out, int *out_len,
       const unsigned char *in, int len),
      (context, out, out_len, in, len), 0)
FAULT(int, EVP_CipherFinal_ex,
      (EVP_CIPHER_CTX * context, unsigned char *out, int *len),
      (context, out, len), 0)
FAULT(int, EVP_CIPHER_CTX_ctrl,
      (EVP_CIPHER_CTX * context, int what, int number, void *bytes),
      (context, what, number, bytes), 0)
