/* SPDX-License-Identifier: MIT */
/* HTTP and HTTPS requests with libcurl, with strict settings. */
#include "lib/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/http_errors.h"
#include "lib/json.h"
#include "lib/net.h"
#include "lib/say.h"
#include "lib/trace.h"

enum {
    BASE_SIZE = 320,            /* https, a host name, a port, its zero */
    URL_SIZE = BASE_SIZE + 128, /* BASE_SIZE and a path */
    HEAD_MAX = 1 << 16,         /* bytes of all headers of one response */
};

struct kit_http {
    CURL *curl;
    struct curl_slist *headers;
    char *cacert;              /* NULL: the system's certificates */
    char base[BASE_SIZE];      /* "http://127.0.0.1:8080", without a slash */
    char why[CURL_ERROR_SIZE]; /* libcurl's message for a failure */
    size_t head_len;           /* bytes of headers received */
    long long date;            /* the last Date header, Unix seconds, or -1 */
    bool compared;             /* the clocks have been compared */
};

/* --- The URL -------------------------------------------------------------- */

/* Whether HOST, the host part of a URL, is this machine. */
static bool is_loopback(const char *host)
{
    return kit_net_is_loopback(host) || strcasecmp(host, "localhost") == 0 ||
           strcmp(host, "[::1]") == 0;
}

/* Returns PART of URL, to be freed with curl_free; or NULL. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *out = NULL;

    return curl_url_get(url, part, &out, 0) == CURLUE_OK ? out : NULL;
}

/* Whether URL has no PART. CODE is libcurl's error code for that. */
static bool lacks(CURLU *url, CURLUPart part, CURLUcode code)
{
    char *out = NULL;
    bool absent = curl_url_get(url, part, &out, 0) == code;

    curl_free(out);
    return absent;
}

/* Whether URL has only a scheme, http or https, a host and maybe a port. */
static bool is_plain(CURLU *url)
{
    static const struct {
        CURLUPart part;
        CURLUcode absent;
    } unwanted[] = {
        {CURLUPART_USER, CURLUE_NO_USER},
        {CURLUPART_PASSWORD, CURLUE_NO_PASSWORD},
        {CURLUPART_OPTIONS, CURLUE_NO_OPTIONS},
        {CURLUPART_QUERY, CURLUE_NO_QUERY},
        {CURLUPART_FRAGMENT, CURLUE_NO_FRAGMENT},
    };
    char *scheme = url_part(url, CURLUPART_SCHEME);
    char *path = url_part(url, CURLUPART_PATH);
    bool plain = scheme != NULL && path != NULL && strcmp(path, "/") == 0 &&
                 (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
        plain = plain && lacks(url, unwanted[i].part, unwanted[i].absent);
    curl_free(scheme);
    curl_free(path);
    return plain;
}

/* Prints a note if eavesdroppers on the way to HOST can read passwords. */
static void note_clear_text(const char *scheme, const char *host)
{
    if (strcmp(scheme, "http") == 0 && !is_loopback(host))
        kit_note("the connection to %s is not encrypted: everyone on the way "
                 "can read your password; use https:// if the server has a "
                 "certificate",
                 host);
}

/* Writes scheme, host and port of URL to OUT. Returns 0 or -1. */
static int write_base(char *out, size_t out_size, CURLU *url)
{
    char *scheme = url_part(url, CURLUPART_SCHEME);
    char *host = url_part(url, CURLUPART_HOST);
    char *port = NULL;
    CURLUcode code = curl_url_get(url, CURLUPART_PORT, &port, 0);
    int len, rc = -1;

    if (scheme == NULL || host == NULL ||
        (code != CURLUE_OK && code != CURLUE_NO_PORT))
        goto done;
    len = snprintf(out, out_size, "%s://%s%s%s", scheme, host,
                   port == NULL ? "" : ":", port == NULL ? "" : port);
    if (len < 0 || (size_t)len >= out_size)
        goto done;
    note_clear_text(scheme, host);
    rc = 0;
done:
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return rc;
}

int kit_http_url(char *out, size_t out_size, const char *text)
{
    CURLU *url = curl_url();
    int rc = -1;

    if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
        is_plain(url))
        rc = write_base(out, out_size, url);
    if (rc != 0) {
        out[0] = '\0';
        kit_error("%s is not the URL of a server: write http://HOST:PORT or "
                  "https://HOST:PORT, with nothing after it",
                  text);
    }
    curl_url_cleanup(url);
    return rc;
}

/* --- The connection ------------------------------------------------------- */

/* libcurl before 7.85 accepts the protocols as bits only, not as text. */
#if LIBCURL_VERSION_NUM >= 0x075500
#define PROTOCOLS     CURLOPT_PROTOCOLS_STR
#define HTTP_OR_HTTPS "http,https"
#else
#define PROTOCOLS     CURLOPT_PROTOCOLS
#define HTTP_OR_HTTPS ((long)(CURLPROTO_HTTP | CURLPROTO_HTTPS))
#endif

/*
 * Stores the file name CACERT, which may be NULL. Checks first that the file is
 * readable: libcurl's error would be vague.
 */
static int set_cacert(struct kit_http *http, const char *cacert)
{
    FILE *file;
    bool readable;

    if (cacert == NULL)
        return 0;
    file = fopen(cacert, "r");
    readable = file != NULL && fgetc(file) != EOF;
    if (file != NULL)
        fclose(file);
    if (!readable)
        kit_error("cannot read the certificate %s: check the name after "
                  "--cacert",
                  cacert);
    else if ((http->cacert = strdup(cacert)) == NULL)
        kit_error(
            "no memory for the name of the certificate: close other programs");
    return http->cacert != NULL ? 0 : -1;
}

/* Initializes libcurl. Runs once. */
static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    /* A broken connection is an error to report and must not end the program.
     */
    signal(SIGPIPE, SIG_IGN);
}

/* Sets which servers CURL trusts. Returns 0 or -1. */
static int set_trust(CURL *curl, const struct kit_http *http)
{
    int rc = 0;

    rc |= curl_easy_setopt(curl, PROTOCOLS, HTTP_OR_HTTPS);
    rc |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    rc |= curl_easy_setopt(curl, CURLOPT_SSLVERSION,
                           (long)CURL_SSLVERSION_TLSv1_2);
    /* A class that has its own CA must not trust any other. */
    if (http->cacert != NULL) {
        rc |= curl_easy_setopt(curl, CURLOPT_CAINFO, http->cacert);
        rc |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    /* No proxies. Redirects are off by default. */
    rc |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
    return rc == 0 ? 0 : -1;
}

/* Returns a new handle with our settings, or NULL. */
static CURL *new_handle(struct kit_http *http)
{
    CURL *curl = curl_easy_init();

    if (curl == NULL)
        return NULL;
    if (set_trust(curl, http) != 0) {
        curl_easy_cleanup(curl);
        return NULL;
    }
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)KIT_HTTP_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->why);
    return curl;
}

/* The headers of every request. "Expect:" keeps libcurl from adding one. */
static int make_headers(struct kit_http *http)
{
    struct curl_slist *more;

    http->headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (http->headers == NULL)
        return -1;
    more = curl_slist_append(http->headers, "Expect:");
    return more != NULL ? 0 : -1;
}

int kit_http_open(struct kit_http **http, const char *url, const char *cacert)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct kit_http *new = calloc(1, sizeof *new);

    *http = NULL;
    pthread_once(&once, start_curl);
    if (new == NULL) {
        kit_error(
            "no memory for a connection to the server: close other programs");
        return -1;
    }
    if (kit_http_url(new->base, sizeof new->base, url) != 0 ||
        set_cacert(new, cacert) != 0)
        goto done;
    if (make_headers(new) == 0)
        new->curl = new_handle(new);
    if (new->curl == NULL) {
        kit_error("cannot use libcurl: install one that supports http and "
                  "https");
        goto done;
    }
    *http = new;
    return 0;
done:
    kit_http_close(new);
    return -1;
}

void kit_http_close(struct kit_http *http)
{
    if (http == NULL)
        return;
    curl_easy_cleanup(http->curl);
    curl_slist_free_all(http->headers);
    free(http->cacert);
    free(http);
}

int kit_http_local_ip(char *out, size_t out_size, struct kit_http *http)
{
    CURL *curl = new_handle(http);
    char *ip = NULL;
    CURLcode code = CURLE_OUT_OF_MEMORY;

    /* A second connection, closed again: only its local address is needed. */
    http->why[0] = '\0';
    if (curl != NULL) {
        curl_easy_setopt(curl, CURLOPT_URL, http->base);
        curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
        code = curl_easy_perform(curl);
    }
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &ip);
    snprintf(out, out_size, "%s", ip != NULL ? ip : "");
    /* On macOS, a socket that the peer has reset has no address. */
    if (out[0] == '\0')
        kit_http_failure(http->base, http->why, curl,
                         code != CURLE_OK ? code : CURLE_RECV_ERROR);
    curl_easy_cleanup(curl);
    return out[0] != '\0' ? 0 : -1;
}

/* --- Requests ------------------------------------------------------------- */

/* Callback of libcurl: appends DATA to the body. Returns 0 if it is full. */
static size_t receive_body(char *data, size_t one, size_t len, void *context)
{
    struct kit_reply *reply = context;

    if (len > KIT_REPLY_MAX - reply->len)
        return 0;
    memcpy(reply->body + reply->len, data, len);
    reply->len += len;
    return len;
}

/* If LINE is the Date header of a response, stores the server's time. */
static void read_date(struct kit_http *http, const char *line, size_t len)
{
    char date[64];

    if (len < 5 || len >= sizeof date || strncasecmp(line, "Date:", 5) != 0)
        return;
    memcpy(date, line + 5, len - 5);
    date[len - 5] = '\0';
    http->date = curl_getdate(date, NULL);
}

/*
 * Prints a note, once, if our clock and the server's differ so much that fresh
 * tickets may look expired. Without TLS an attacker can change the date, so it
 * must not be used for anything else.
 */
static void compare_clocks(struct kit_http *http)
{
    long long ahead = kit_now() - http->date;

    if (http->compared || http->date < 0)
        return;
    http->compared = true;
    if (ahead > KIT_CLOCK_SKEW || ahead < -KIT_CLOCK_SKEW)
        kit_note(
            "the clock of this machine is %lld s %s the server's: correct "
            "the one that is wrong, or messages may be rejected as expired",
            ahead > 0 ? ahead : -ahead, ahead > 0 ? "ahead of" : "behind");
}

/*
 * Callback of libcurl for each header line, also of 1xx responses and trailers.
 * libcurl keeps them all in memory, and some versions have no limit. Returns 0
 * to fail if there are too many.
 */
static size_t receive_head(char *data, size_t one, size_t len, void *context)
{
    struct kit_http *http = context;

    http->head_len += len;
    read_date(http, data, len);
    return http->head_len <= HEAD_MAX ? len : 0;
}

/* Sets REPLY's status and retry_after. */
static void read_head(struct kit_reply *reply, CURL *curl)
{
    long status = 0;
    curl_off_t seconds = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
    reply->status = (int)status;
    reply->retry_after =
        seconds > KIT_TOKEN_LIFE ? KIT_TOKEN_LIFE : (int)seconds;
}

/* Traces a request to PATH, or the answer to it if STATUS is not 0. */
static void trace(const char *path, int status, const char *body, size_t len)
{
    kit_trace_message(&(struct kit_trace_message){
        .event = status == 0 ? "sent" : "received",
        .peer = "server",
        .path = path,
        .status = status,
        .line = body,
        .len = len,
    });
}

int kit_http_post(struct kit_reply *reply, struct kit_http *http,
                  const char *path, const char *json)
{
    CURL *curl = http->curl;
    char url[URL_SIZE];
    CURLcode code;

    memset(reply, 0, sizeof *reply);
    http->why[0] = '\0';
    http->head_len = 0;
    http->date = -1;
    snprintf(url, sizeof url, "%s%s", http->base, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, http);
    if (kit_trace_on)
        trace(path, 0, json, strlen(json));
    code = curl_easy_perform(curl);
    /* Do not leave libcurl a pointer to a text that the caller will wipe. */
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
    if (code != CURLE_OK) {
        kit_wipe(reply, sizeof *reply);
        return kit_http_failure(http->base, http->why, curl, code);
    }
    read_head(reply, curl);
    if (kit_trace_on)
        trace(path, reply->status, reply->body, reply->len);
    compare_clocks(http);
    return 0;
}

/* Sets ANSWER to the JSON object in REPLY. Returns an exit code. */
static int read_answer(cJSON **answer, const struct kit_reply *reply,
                       const char *whom)
{
    if (reply->status != 200)
        return kit_http_refusal(reply, whom);
    *answer = kit_json_object(reply->body, reply->len);
    if (*answer == NULL) {
        kit_error("the server's answer is not a JSON object: check the URL");
        return EX_PROTOCOL;
    }
    return EX_OK;
}

int kit_http_ask(cJSON **answer, struct kit_http *http, const char *path,
                 const cJSON *question, const char *whom)
{
    char body[KIT_REQUEST_MAX + 1];
    struct kit_reply reply = {0};
    int rc = EX_UNAVAILABLE;

    *answer = NULL;
    if (kit_json_print(body, sizeof body, question) != 0) {
        kit_error("cannot write the request: it is over %d bytes, or there is "
                  "no memory: check what your program puts into it",
                  KIT_REQUEST_MAX);
        rc = EX_SOFTWARE;
    } else if (kit_http_post(&reply, http, path, body) == 0) {
        rc = read_answer(answer, &reply, whom);
    }

    /* Both can have secrets: password, token, chat secret. */
    kit_wipe(body, sizeof body);
    kit_wipe(&reply, sizeof reply);
    return rc;
}
