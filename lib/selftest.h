/* SPDX-License-Identifier: MIT */
/* Whether the library under this program can do what the lab needs. */
#ifndef KIT_SELFTEST_H
#define KIT_SELFTEST_H

/*
 * kit_selftest: runs every algorithm of backends/crypto.h once, against a
 * published answer. Returns NULL when all of them work, otherwise the name of
 * the first that does not ("ChaCha20-Poly1305"): OpenSSL in FIPS mode has no
 * such cipher. It takes well under a millisecond; once all have worked, the
 * next call returns NULL immediately.
 */
const char *kit_selftest(void);

#endif
