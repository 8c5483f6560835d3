/* SPDX-License-Identifier: MIT */
/* With OpenSSL, whatever the backend of the kit is. */
#include "tests/grade/tls.h"

#include <ctype.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/grade/transcript.h"
#include "tests/grade/user.h"
#include "tests/grade/workspace.h"

struct tls {
    SSL_CTX *context;
    X509 *certificate;
};

struct tls_connection {
    SSL *ssl;
};

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

struct tls *tls_new(const char *name)
{
    struct tls *tls = calloc(1, sizeof *tls);
    EVP_PKEY *key = EVP_EC_gen("P-256");

    must(tls != NULL && key != NULL);
    tls->certificate = make_certificate(key, name);
    tls->context = SSL_CTX_new(TLS_server_method());
    must(tls->context != NULL);
    must(SSL_CTX_use_certificate(tls->context, tls->certificate) == 1);
    must(SSL_CTX_use_PrivateKey(tls->context, key) == 1);
    EVP_PKEY_free(key);
    return tls;
}

void tls_save(const struct tls *tls, const char *path)
{
    FILE *file = fopen(path, "w");

    must(file != NULL);
    must(PEM_write_X509(file, tls->certificate) == 1);
    must(fclose(file) == 0);
    must(user_own(path) == 0);
}

struct tls_connection *tls_accept(struct tls *tls, int fd)
{
    struct tls_connection *c = calloc(1, sizeof *c);

    must(c != NULL);
    c->ssl = SSL_new(tls->context);
    must(c->ssl != NULL && SSL_set_fd(c->ssl, fd) == 1);
    if (SSL_accept(c->ssl) == 1)
        return c;
    ERR_clear_error();
    SSL_free(c->ssl);
    free(c);
    return NULL;
}

ssize_t tls_read(struct tls_connection *c, void *out, size_t out_size)
{
    return SSL_read(c->ssl, out, (int)out_size);
}

ssize_t tls_write(struct tls_connection *c, const void *bytes, size_t len)
{
    return SSL_write(c->ssl, bytes, (int)len);
}

void tls_close(struct tls_connection *c)
{
    if (c == NULL)
        return;
    SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    free(c);
}
