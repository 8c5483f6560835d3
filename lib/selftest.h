/* SPDX-License-Identifier: MIT */
/* Tests whether the crypto library has all algorithms that the lab needs. */
#ifndef KIT_SELFTEST_H
#define KIT_SELFTEST_H

/*
 * kit_selftest: runs every algorithm of backends/crypto.h once and compares the
 * result with a published test vector. Returns NULL if all of them work,
 * otherwise the name of the first that does not: OpenSSL in FIPS mode, for
 * example, has no "ChaCha20-Poly1305". Takes less than a millisecond. Once all
 * have worked, further calls return NULL immediately.
 */
const char *kit_selftest(void);

#endif
