/* SPDX-License-Identifier: MIT */
/* One libcurl handle, told to be strict. */
#include "lib/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/http_internal.h"
#include "lib/http_url.h"
#include "lib/say.h"

enum {
    BASE_SIZE = 320,            /* https, a host name, a port, its zero */
    URL_SIZE = BASE_SIZE + 128, /* and a path behind it */
    HEAD_MAX = 1 << 16,         /* bytes of all heads of one answer */
};

struct kit_http {
    CURL *curl;
    struct curl_slist *headers;
    char *cacert;              /* NULL: the system's certificates */
    char base[BASE_SIZE];      /* "http://127.0.0.1:8080", no slash behind */
    char why[CURL_ERROR_SIZE]; /* libcurl's own words for a failure */
    size_t head;               /* bytes of heads that have come */
    long long date;            /* the last Date in them, Unix seconds, or -1 */
    bool compared;             /* our clock with the server's: done once */
};

/* Before libcurl 7.85 the list of protocols was a set of bits. */
#if LIBCURL_VERSION_NUM >= 0x075500
#define PROTOCOLS     CURLOPT_PROTOCOLS_STR
#define HTTP_OR_HTTPS "http,https"
#else
#define PROTOCOLS     CURLOPT_PROTOCOLS
#define HTTP_OR_HTTPS ((long)(CURLPROTO_HTTP | CURLPROTO_HTTPS))
#endif

/* Looks into the file of certificates now: libcurl would say less, later. */
static int read_cacert(struct kit_http *http, const char *cacert)
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
        kit_error("cannot read the certificate %s: is the name after --cacert "
                  "right?",
                  cacert);
    else if ((http->cacert = strdup(cacert)) == NULL)
        kit_error("no memory for the name of the certificate");
    return http->cacert != NULL ? 0 : -1;
}

/* libcurl's own beginning, once in a process. */
static void start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    /* A connection that breaks is an error to report, not a signal. */
    signal(SIGPIPE, SIG_IGN);
}

/* Whose answer may be trusted, and with what. */
static int set_trust(CURL *curl, const struct kit_http *http)
{
    int rc = 0;

    rc |= curl_easy_setopt(curl, PROTOCOLS, HTTP_OR_HTTPS);
    rc |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    rc |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    rc |= curl_easy_setopt(curl, CURLOPT_SSLVERSION,
                           (long)CURL_SSLVERSION_TLSv1_2);
    /* With a CA of its own, a class trusts no other one. */
    if (http->cacert != NULL) {
        rc |= curl_easy_setopt(curl, CURLOPT_CAINFO, http->cacert);
        rc |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
    /* Redirects are not followed unless asked for. No proxy may look in. */
    rc |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
    return rc == 0 ? 0 : -1;
}

/* A handle that talks to the server of HTTP, or NULL. */
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

/* The headers of every request; an empty "Expect:" keeps libcurl's out. */
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
        kit_error("no memory for a connection to the server");
        return -1;
    }
    if (kit_http_url(new->base, sizeof new->base, url) != 0 ||
        read_cacert(new, cacert) != 0)
        goto done;
    if (make_headers(new) == 0)
        new->curl = new_handle(new);
    if (new->curl == NULL) {
        kit_error("libcurl cannot be used: is it built with http and https?");
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

    /* A second connection, closed at once: only its own address matters. */
    http->why[0] = '\0';
    if (curl != NULL) {
        curl_easy_setopt(curl, CURLOPT_URL, http->base);
        curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
        code = curl_easy_perform(curl);
    }
    if (code != CURLE_OK)
        kit_http_failure(http->base, http->why, curl, code);
    else
        curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &ip);
    snprintf(out, out_size, "%s", ip != NULL ? ip : "");
    curl_easy_cleanup(curl);
    return out[0] != '\0' ? 0 : -1;
}

/* libcurl's callback: appends DATA to the body while it fits. */
static size_t receive(char *data, size_t one, size_t len, void *context)
{
    struct kit_reply *reply = context;

    if (len > KIT_REPLY_MAX - reply->len)
        return 0;
    memcpy(reply->body + reply->len, data, len);
    reply->len += len;
    return len;
}

/* If LINE is the Date field of a response, stores the server's time. */
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
 * Prints advice, once, if our clock and the server's differ by more than a
 * ticket allows. An attacker can change the date if there is no TLS, so it must
 * not be used for anything else.
 */
static void compare_clocks(struct kit_http *http)
{
    long long ahead = kit_now() - http->date;

    if (http->compared || http->date < 0)
        return;
    http->compared = true;
    if (ahead > KIT_CLOCK_SKEW || ahead < -KIT_CLOCK_SKEW)
        kit_note("the clock of this machine is %lld s %s the server's: set the "
                 "wrong one, or messages may be rejected as expired",
                 ahead > 0 ? ahead : -ahead, ahead > 0 ? "ahead of" : "behind");
}

/*
 * libcurl's callback for the lines of heads, of 1xx before the answer, and of
 * trailers behind it. It keeps them all; some versions have no limit.
 */
static size_t receive_head(char *data, size_t one, size_t len, void *context)
{
    struct kit_http *http = context;

    http->head += len;
    read_date(http, data, len);
    return http->head <= HEAD_MAX ? len : 0;
}

/* What the head of the answer says. */
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

int kit_http_post(struct kit_reply *reply, struct kit_http *http,
                  const char *path, const char *json)
{
    CURL *curl = http->curl;
    char url[URL_SIZE];
    CURLcode code;

    memset(reply, 0, sizeof *reply);
    http->why[0] = '\0';
    http->head = 0;
    http->date = -1;
    snprintf(url, sizeof url, "%s%s", http->base, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, http);
    code = curl_easy_perform(curl);
    /* libcurl keeps the pointer, the caller wipes the text. */
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, NULL);
    if (code != CURLE_OK) {
        kit_wipe(reply, sizeof *reply);
        return kit_http_failure(http->base, http->why, curl, code);
    }
    read_head(reply, curl);
    compare_clocks(http);
    return 0;
}
