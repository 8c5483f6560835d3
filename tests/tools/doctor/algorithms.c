/* SPDX-License-Identifier: MIT */
/*
 * For doctor.sh: checks that a backend's library has all algorithms of the lab:
 *
 *     cc -std=c11 -D_DEFAULT_SOURCE -I. -o algorithms \
 *         tests/tools/doctor/algorithms.c lib/selftest.c backends/openssl.c \
 *         $(pkg-config --cflags --libs openssl) -pthread
 *
 * Exits with 0 if all of them work. Otherwise exits with 1 and prints one line,
 * "OpenSSL 3.0.17 has no working ChaCha20-Poly1305".
 */
#include <stdio.h>

#include "backends/crypto.h"
#include "lib/selftest.h"

int main(void)
{
    const char *lacking = kit_selftest();

    if (lacking == NULL)
        return 0;
    printf("%s has no working %s\n", kit_crypto_name(), lacking);
    return 1;
}
