/* SPDX-License-Identifier: MIT */
/* The failures of libcurl in plain words. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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
    {CURLE_COULDNT_RESOLVE_HOST, "cannot resolve the host in",
     "check the address"},
    {CURLE_OPERATION_TIMEDOUT, "no answer in time from",
     "is the address right? if so, try again"},
    {CURLE_SSL_CONNECT_ERROR, "cannot speak TLS with",
     "does the server want http instead of https?"},
    {CURLE_SSL_CACERT_BADFILE, "there is no CA to trust for",
     "name a file in PEM with the certificate of your server's CA: --cacert"},
    {CURLE_GOT_NOTHING, "an empty answer came from",
     "does the server want https instead of http?"},
    {CURLE_RECV_ERROR, "the connection broke with",
     "try again; does the server want https instead of http?"},
    {CURLE_SEND_ERROR, "the connection broke with", "try again"},
    {CURLE_WEIRD_SERVER_REPLY, "no HTTP server answers at",
     "check the host and the port"},
    {CURLE_UNSUPPORTED_PROTOCOL, "no HTTP server answers at",
     "check the host and the port"},
    {CURLE_WRITE_ERROR, "the answer is too long from",
     "check the host and the port"},
    {CURLE_TOO_LARGE, "the answer is too long from",
     "check the host and the port"},
};

/* Whether one of WORDS, up to a NULL, is part of TEXT. */
static bool has_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(text, *words) != NULL)
            return true;
    return false;
}

/* X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED of OpenSSL and LibreSSL. */
enum { CHAIN_TOO_EARLY = 9, CHAIN_TOO_LATE = 10 };

/*
 * Copies to OUT, SIZE bytes, the date of the server's certificate that libcurl
 * calls NAME, as text; or nothing where libcurl's TLS library does not tell.
 * libcurl hides the dates of a certificate that it has rejected, so this makes
 * a second handshake without verification. The date is only shown, and no
 * request is sent over this connection.
 */
static void find_date(char *out, size_t size, CURL *curl, const char *name)
{
    CURL *again = curl_easy_duphandle(curl);
    struct curl_certinfo *chain = NULL;
    const struct curl_slist *line = NULL;

    out[0] = '\0';
    if (again == NULL)
        return;
    curl_easy_setopt(again, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(again, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(again, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(again, CURLOPT_CONNECT_ONLY, 1L);
    if (curl_easy_perform(again) == CURLE_OK &&
        curl_easy_getinfo(again, CURLINFO_CERTINFO, &chain) == CURLE_OK &&
        chain != NULL && chain->num_of_certs > 0)
        line = chain->certinfo[0];
    for (; line != NULL; line = line->next) {
        if (strncmp(line->data, name, strlen(name)) == 0)
            snprintf(out, size, " (%s)", line->data);
    }
    curl_easy_cleanup(again);
}

/*
 * The certificate is not valid at this machine's time. Either this clock is
 * wrong, or the server needs another certificate.
 */
static void say_other_time(const char *base, CURL *curl, bool early)
{
    time_t now = time(NULL);
    char clock[32] = "unknown", date[96];
    struct tm utc;

    if (gmtime_r(&now, &utc) != NULL)
        strftime(clock, sizeof clock, "%Y-%m-%d %H:%M:%S UTC", &utc);
    find_date(date, sizeof date, curl, early ? "Start date" : "Expire date");
    kit_error("the certificate of %s %s%s: by the clock of this machine it is "
              "%s. If that is wrong, set the clock (compare: date -u); if it "
              "is right, the server needs a new certificate: make certs",
              base, early ? "is not yet valid" : "has expired", date, clock);
}

/*
 * A certificate can fail in several ways and libcurl has one code for all. If
 * the signatures or dates are wrong, CURLINFO_SSL_VERIFYRESULT has OpenSSL's
 * number for the reason; 0 and 1 mean that nothing is wrong with them. Other
 * TLS libraries have other numbers, so their error text, WHY, is searched too.
 */
static void say_untrusted(const char *base, const char *why, CURL *curl)
{
    static const char *const early[] = {"not yet valid", "not activated",
                                        "NOT_YET_VALID", NULL};
    static const char *const late[] = {"expired", "expiration", "EXPIRED",
                                       NULL};
    long chain = 0;

    curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &chain);
    if (chain == CHAIN_TOO_EARLY || has_any(why, early))
        say_other_time(base, curl, true);
    else if (chain == CHAIN_TOO_LATE || has_any(why, late))
        say_other_time(base, curl, false);
    else if (chain > 1)
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
