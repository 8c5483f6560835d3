/* SPDX-License-Identifier: MIT */
/* The failures of libcurl in plain words. */
#include "lib/http_internal.h"
#include "lib/say.h"

/* libcurl 8.6 and later; the headers of earlier ones do not have it. */
#if LIBCURL_VERSION_NUM < 0x080600
#define CURLE_TOO_LARGE ((CURLcode)100)
#endif

/* What went wrong, up to the URL, and what to do about it. */
static const struct {
    CURLcode code;
    const char *what, *advice;
} failures[] = {
    {CURLE_COULDNT_CONNECT, "no server answers at",
     "is it running? start one with: make server"},
    {CURLE_COULDNT_RESOLVE_HOST, "no machine is known by the name in",
     "check the spelling"},
    {CURLE_OPERATION_TIMEDOUT, "no answer in time from",
     "is the address right? if so, try again"},
    {CURLE_SSL_CONNECT_ERROR, "cannot speak TLS with",
     "does the server want http instead of https?"},
    {CURLE_SSL_CACERT_BADFILE, "there is no CA to trust for",
     "name a file in PEM with the certificate of your server's CA: --cacert"},
    {CURLE_GOT_NOTHING, "not a word in answer from",
     "does the server want https instead of http?"},
    {CURLE_RECV_ERROR, "the connection broke with",
     "try again; does the server want https instead of http?"},
    {CURLE_SEND_ERROR, "the connection broke with", "try again"},
    {CURLE_WEIRD_SERVER_REPLY, "what answers is no HTTP server at",
     "check the host and the port"},
    {CURLE_UNSUPPORTED_PROTOCOL, "what answers is no HTTP server at",
     "check the host and the port"},
    {CURLE_WRITE_ERROR, "the answer is too long from",
     "check the host and the port"},
    {CURLE_TOO_LARGE, "the answer is too long from",
     "check the host and the port"},
};

/*
 * A certificate can fail in two ways and libcurl has one code for both. Where
 * the signatures are wrong, CURLINFO_SSL_VERIFYRESULT has the TLS library's
 * number for the reason; 0 and 1 mean that nothing was found wrong with them.
 */
static void say_untrusted(const char *base, const char *why, CURL *curl)
{
    long chain = 0;

    curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &chain);
    if (chain > 1)
        kit_error("the certificate of %s is not to be trusted (%s): name the "
                  "file with the certificate of your server's CA: --cacert",
                  base, why);
    else
        kit_error("the certificate is not for the server that you asked for, "
                  "%s (%s): use the name that it was made for",
                  base, why);
}

int kit_http_failure(const char *base, const char *why, CURL *curl,
                     CURLcode code)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        say_untrusted(base, why, curl);
        return -1;
    }
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (failures[i].code == code) {
            kit_error("%s %s: %s", failures[i].what, base, failures[i].advice);
            return -1;
        }
    }
    kit_error("cannot talk to %s: %s", base,
              why[0] != '\0' ? why : curl_easy_strerror(code));
    return -1;
}
