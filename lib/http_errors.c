/* SPDX-License-Identifier: MIT */
/* Explains errors of libcurl and error responses of the server. */
#include "lib/http_errors.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "lib/json.h"
#include "lib/say.h"

/* --- No response: errors of libcurl --------------------------------------- */

/* The headers of libcurl before 8.6 do not define it. */
#if LIBCURL_VERSION_NUM < 0x080600
#define CURLE_TOO_LARGE ((CURLcode)100)
#endif

/* WHAT is followed by the URL; ADVICE is what to do. */
static const struct {
    CURLcode code;
    const char *what, *advice;
} failures[] = {
    {CURLE_COULDNT_CONNECT, "no server answers at",
     "check the address; if it is your own server, start it with: make server"},
    {CURLE_COULDNT_RESOLVE_HOST, "cannot resolve the host in",
     "check the address"},
    {CURLE_OPERATION_TIMEDOUT, "no answer in time from",
     "is the address right? if so, try again"},
    {CURLE_SSL_CONNECT_ERROR, "cannot speak TLS with",
     "if the server has no certificate, use http:// instead of https://"},
    {CURLE_SSL_CACERT_BADFILE, "cannot load the CA certificates for",
     "give a PEM file with the certificate of your server's CA: --cacert FILE"},
    {CURLE_GOT_NOTHING, "an empty answer came from",
     "if the server has a certificate, use https:// instead of http://"},
    {CURLE_RECV_ERROR, "the connection broke with",
     "try again; if the server has a certificate, use https://"},
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

/* Whether TEXT contains one of WORDS. NULL ends the list. */
static bool has_any(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strstr(text, *words) != NULL)
            return true;
    return false;
}

/* X509_V_ERR_CERT_NOT_YET_VALID and _HAS_EXPIRED of OpenSSL and LibreSSL. */
enum { VERIFY_TOO_EARLY = 9, VERIFY_TOO_LATE = 10 };

/*
 * Writes a date of the server's certificate to OUT: " (NAME:...)". NAME is what
 * libcurl calls it. OUT is empty if the TLS library does not give the date.
 * libcurl does not give the dates of a certificate that it rejects, so this
 * makes a second handshake without verification. That is safe: the date is only
 * shown, and no request is sent over this connection.
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
 * The certificate is not valid at the time of this machine's clock. Either the
 * clock is wrong, or the server needs a new certificate.
 */
static void explain_date(const char *base, CURL *curl, bool early)
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
 * libcurl has one error code for all reasons to reject a certificate. With
 * OpenSSL, CURLINFO_SSL_VERIFYRESULT is OpenSSL's code if a signature or date
 * is wrong; 0 or 1 means that only the host name is wrong. Other TLS libraries
 * have other codes, so this also searches WHY, the error message.
 */
static void explain_certificate(const char *base, const char *why, CURL *curl)
{
    static const char *const early[] = {"not yet valid", "not activated",
                                        "NOT_YET_VALID", NULL};
    static const char *const late[] = {"expired", "expiration", "EXPIRED",
                                       NULL};
    long result = 0;

    curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &result);
    if (result == VERIFY_TOO_EARLY || has_any(why, early))
        explain_date(base, curl, true);
    else if (result == VERIFY_TOO_LATE || has_any(why, late))
        explain_date(base, curl, false);
    else if (result > 1)
        kit_error("the certificate of %s is not trusted (%s): give the file "
                  "with the certificate of your server's CA: --cacert FILE",
                  base, why);
    else
        kit_error("the certificate of the server is not for %s (%s): use the "
                  "host name that it was made for",
                  base, why);
}

int kit_http_failure(const char *base, const char *why, CURL *curl,
                     CURLcode code)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        explain_certificate(base, why, curl);
        return -1;
    }
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (failures[i].code == code) {
            kit_error("%s %s: %s", failures[i].what, base, failures[i].advice);
            return -1;
        }
    }
    kit_error("cannot talk to %s (%s): check the URL and the network", base,
              why[0] != '\0' ? why : curl_easy_strerror(code));
    return -1;
}

/* --- Error responses: protocol.md section 3 ------------------------------- */

/* The first row that matches is used. */
static const struct refusal {
    int status;       /* 0 matches all */
    const char *word; /* "error" of the body; NULL matches all */
    int code;         /* of sysexits.h */
    const char *sentence;
} refusals[] = {
    {400, NULL, EX_PROTOCOL,
     "the server refuses the request as malformed: check its members and its "
     "URL"},
    {401, "bad_login", EX_NOPERM,
     "wrong user name or password: check the name and type both again"},
    {401, "bad_token", EX_NOPERM,
     "your session has ended: start the sender again to log in again"},
    {401, NULL, EX_NOPERM,
     "this is not the lab's server, or something in front of it answers: check "
     "the URL"},
    {403, NULL, EX_PROTOCOL,
     "the server forbids the request: check the URL, or try another network (a "
     "proxy may have changed the request)"},
    {404, "no_receiver", EX_NOUSER,
     "no such receiver is logged in: check the name"},
    {404, NULL, EX_PROTOCOL,
     "the server does not have this path: check the path and the URL"},
    {405, NULL, EX_PROTOCOL,
     "the server accepts no POST here: check the path and the URL"},
    {413, NULL, EX_PROTOCOL,
     "the request is too large for the server: check what your program sends, "
     "and the URL"},
    {429, NULL, EX_TEMPFAIL, "too many requests"},
    {500, NULL, EX_UNAVAILABLE,
     "the server has failed: look at its messages where it runs"},
    {503, NULL, EX_TEMPFAIL, "the server is busy"},
    {0, NULL, EX_PROTOCOL,
     "this is not the lab's server, or something in front of it answers: check "
     "the URL"},
};

static const struct refusal *find(int status, const char *word)
{
    const struct refusal *row = refusals;

    while (
        (row->status != 0 && row->status != status) ||
        (row->word != NULL && (word == NULL || strcmp(row->word, word) != 0)))
        row++;
    return row;
}

/* Prints the sentence of ROW with the details that are known. */
static void print_refusal(const struct refusal *row,
                          const struct kit_reply *reply, const char *whom,
                          const char *word)
{
    if (row->code == EX_NOUSER && whom != NULL)
        kit_error(
            "no receiver named %s is logged in: check the name, or ask %s to "
            "start the receiver (on your own server: make receiver ME=%s)",
            whom, whom, whom);
    else if (row->code == EX_TEMPFAIL && reply->retry_after > 0)
        kit_error("%s: try again in %d s", row->sentence, reply->retry_after);
    else if (row->code == EX_TEMPFAIL)
        kit_error("%s: try again in a moment", row->sentence);
    else if (row->code == EX_NOPERM)
        kit_error("%s", row->sentence);
    else
        kit_error("%s (%d%s%s)", row->sentence, reply->status,
                  word == NULL ? "" : " ", word == NULL ? "" : word);
}

int kit_http_refusal(const struct kit_reply *reply, const char *whom)
{
    cJSON *body = kit_json_object(reply->body, reply->len);
    const char *word = kit_json_string(body, "error");
    int status = reply->status;
    const struct refusal *row;

    /* Treat 501 to 599 like 500, except for 503. */
    if (status > 500 && status < 600 && status != 503)
        status = 500;
    row = find(status, word);
    print_refusal(row, reply, whom, word);
    kit_json_free(body);
    return row->code;
}
