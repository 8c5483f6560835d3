/* SPDX-License-Identifier: MIT */
/* Uses OpenSSL even if the backend of the kit is libsodium. */
#include "tests/grade/tls.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>

#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;

    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    must(extension != NULL);
    must(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* A self-signed certificate for NAME, valid from an hour ago for a day. */
static X509 *make_certificate(EVP_PKEY *key, const char *name)
{
    X509 *c = X509_new();
    X509_NAME *subject = X509_get_subject_name(c);
    char alternative[128];

    X509_set_version(c, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(c), 1);
    X509_gmtime_adj(X509_getm_notBefore(c), -3600);
    X509_gmtime_adj(X509_getm_notAfter(c), 86400);
    X509_set_pubkey(c, key);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(c, subject);
    snprintf(alternative, sizeof alternative, "%s:%s",
             isdigit((unsigned char)name[0]) ? "IP" : "DNS", name);
    add_extension(c, NID_subject_alt_name, alternative);
    add_extension(c, NID_basic_constraints, "critical,CA:TRUE");
    must(X509_sign(c, key, EVP_sha256()) > 0);
    return c;
}

SSL_CTX *tls_new(const char *name)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate;

    must(tls != NULL && key != NULL);
    certificate = make_certificate(key, name);
    must(SSL_CTX_use_certificate(tls, certificate) == 1);
    must(SSL_CTX_use_PrivateKey(tls, key) == 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}

void tls_save(const SSL_CTX *tls, const char *path)
{
    FILE *file = fopen(path, "w");

    must(file != NULL);
    must(PEM_write_X509(file, SSL_CTX_get0_certificate(tls)) == 1);
    must(fclose(file) == 0);
    must(user_own(path) == 0);
}
