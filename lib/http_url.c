/* SPDX-License-Identifier: MIT */
/* The server's URL, taken apart by libcurl: it alone knows what it will do. */
#include "lib/http_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/say.h"

/* Whether HOST, as it stands in a URL, can only be this machine. */
static bool is_loopback(const char *host)
{
    struct in_addr ip;

    if (inet_pton(AF_INET, host, &ip) == 1)
        return ntohl(ip.s_addr) >> 24 == 127;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* Gives PART of URL in OUT, which is to be freed with curl_free, or NULL. */
static char *url_part(CURLU *url, CURLUPart part)
{
    char *out = NULL;

    return curl_url_get(url, part, &out, 0) == CURLUE_OK ? out : NULL;
}

/* Whether URL has no PART, for which libcurl has the word CODE. */
static bool lacks(CURLU *url, CURLUPart part, CURLUcode code)
{
    char *out = NULL;
    bool absent = curl_url_get(url, part, &out, 0) == code;

    curl_free(out);
    return absent;
}

/* Whether URL has nothing but a scheme, a host and perhaps a port. */
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

/* Notes that whoever is on the way to HOST can listen. */
static void note_clear_text(const char *scheme, const char *host)
{
    if (strcmp(scheme, "http") == 0 && !is_loopback(host))
        kit_note("the way to %s is not encrypted: everybody on it can read "
                 "your password; a server with a certificate is called "
                 "https://",
                 host);
}

/* Writes URL without its path to OUT. */
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
