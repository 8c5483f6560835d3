/* SPDX-License-Identifier: MIT */
/* The calls of backends/wolfssl.c that can fail. */
#define WOLFSSL_OPTIONS_IGNORE_SYS
#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/wc_port.h>

#include "tests/support/library_faults/fault.h"

FAULT(int, wolfCrypt_Init, (void), (), MEMORY_E)
FAULT(int, wc_GenerateSeed, (OS_Seed * seed, byte *out, word32 len),
      (seed, out, len), OPEN_RAN_E)
FAULT(int, wc_InitSha256, (wc_Sha256 * state), (state), MEMORY_E)
FAULT(int, wc_Sha256Update, (wc_Sha256 * state, const byte *in, word32 len),
      (state, in, len), MEMORY_E)
FAULT(int, wc_Sha256Final, (wc_Sha256 * state, byte *out), (state, out),
      MEMORY_E)
FAULT(int, wc_HmacInit, (Hmac * state, void *heap, int device),
      (state, heap, device), MEMORY_E)
FAULT(int, wc_HmacSetKey, (Hmac * state, int type, const byte *key, word32 len),
      (state, type, key, len), MEMORY_E)
FAULT(int, wc_HmacUpdate, (Hmac * state, const byte *in, word32 len),
      (state, in, len), MEMORY_E)
FAULT(int, wc_HmacFinal, (Hmac * state, byte *out), (state, out), MEMORY_E)
FAULT(int, wc_scrypt,
      (byte * out, const byte *password, int password_len, const byte *salt,
       int salt_len, int ln, int r, int p, int out_len),
      (out, password, password_len, salt, salt_len, ln, r, p, out_len),
      MEMORY_E)
FAULT(int, wc_ChaCha20Poly1305_Encrypt,
      (const byte *key, const byte *nonce, const byte *ad, word32 ad_len,
       const byte *text, word32 text_len, byte *out, byte *tag),
      (key, nonce, ad, ad_len, text, text_len, out, tag), MEMORY_E)
FAULT(int, wc_ChaCha20Poly1305_Decrypt,
      (const byte *key, const byte *nonce, const byte *ad, word32 ad_len,
       const byte *text, word32 text_len, const byte *tag, byte *out),
      (key, nonce, ad, ad_len, text, text_len, tag, out), MAC_CMP_FAILED_E)
