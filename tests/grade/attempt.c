/* SPDX-License-Identifier: MIT */
#include "tests/grade/attempt.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/crypto.h"
#include "lib/say.h"
#include "tests/grade/source.h"

static const char *const files[] = {"sender.c", "receiver.c"};

static const char unchanged[] = "as handed out";

enum { FILES = sizeof files / sizeof files[0] };

/* The end of the comment that begins at P; P if no comment begins there. */
static const char *skip_comment(const char *p)
{
    const char *end;

    if (p[0] == '/' && p[1] == '/')
        return p + strcspn(p, "\n");
    if (p[0] != '/' || p[1] != '*')
        return p;
    end = strstr(p + 2, "*/");
    return end != NULL ? end + 2 : p + strlen(p);
}

/* The end of the string or character literal that begins at P. */
static const char *skip_quoted(const char *p)
{
    char quote = *p++;

    while (*p != '\0' && *p != quote && *p != '\n')
        p += *p == '\\' && p[1] != '\0' ? 2 : 1;
    return *p == quote ? p + 1 : p;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The end of the token that begins at P. */
static const char *skip_token(const char *p)
{
    if (*p == '"' || *p == '\'')
        return skip_quoted(p);
    if (!is_word(*p))
        return p + 1;
    while (is_word(*p))
        p++;
    return p;
}

/* Copies the tokens from P to OUT, each with a newline. Returns the end. */
static char *copy_tokens(char *out, const char *p)
{
    while (*p != '\0') {
        const char *next = skip_comment(p);

        if (next == p && isspace((unsigned char)*p))
            next = p + 1;
        if (next == p) {
            next = skip_token(p);
            memcpy(out, p, (size_t)(next - p));
            out += next - p;
            *out++ = '\n';
        }
        p = next;
    }
    return out;
}

void attempt_fingerprint(char out[ATTEMPT_FINGERPRINT], const char *text)
{
    char *tokens = malloc(2 * strlen(text) + 1);
    struct kit_digest digest = {{0}};
    char *end;

    out[0] = '\0';
    if (tokens == NULL)
        return;
    end = copy_tokens(tokens, text);
    if (end != tokens &&
        kit_sha256(&digest, tokens, (size_t)(end - tokens)) == 0) {
        for (size_t i = 0; i < sizeof digest.bytes; i++)
            snprintf(out + 2 * i, 3, "%02x", digest.bytes[i]);
    }
    free(tokens);
}

/* Whether FILE in FOLDER was changed. Describes that in WHAT. */
static bool is_changed(char *what, size_t size, const char *folder,
                       const char *file, const char *original)
{
    const char *why;
    /* An attempt counts in any encoding, whether it compiles or not. */
    char *text = source_read_any_text(&why, folder, file);
    char own[ATTEMPT_FINGERPRINT] = "";
    bool changed;

    if (text != NULL)
        attempt_fingerprint(own, text);
    changed = own[0] != '\0' && strcmp(own, original) != 0;
    if (text == NULL)
        snprintf(what, size, "%s: %s", file, why);
    else if (own[0] == '\0')
        snprintf(what, size, "%s has no code", file);
    else
        snprintf(what, size, "%s %s%s", file, changed ? "was changed" : "is ",
                 changed ? "" : unchanged);
    free(text);
    return changed;
}

int attempt_check(struct attempt *attempt, const char *folder,
                  const char *shipped)
{
    char name[64], original[ATTEMPT_FINGERPRINT], what[FILES][200];
    FILE *list = fopen(shipped, "r");
    int found = 0;

    memset(attempt, 0, sizeof *attempt);
    while (list != NULL && fscanf(list, "%63s %64s", name, original) == 2) {
        for (int i = 0; i < FILES; i++) {
            if (strcmp(name, files[i]) != 0)
                continue;
            found++;
            attempt->made |=
                is_changed(what[i], sizeof what[i], folder, files[i], original);
        }
    }
    if (list != NULL)
        fclose(list);
    if (found != FILES) {
        kit_error("the fingerprints of the starter are not in %s: unpack the "
                  "kit again",
                  shipped);
        return -1;
    }
    if (strstr(what[0], unchanged) != NULL &&
        strstr(what[1], unchanged) != NULL)
        snprintf(attempt->why, sizeof attempt->why, "both files are %s",
                 unchanged);
    else
        snprintf(attempt->why, sizeof attempt->why, "%s; %s", what[0], what[1]);
    return 0;
}

int attempt_print_fingerprints(const char *folder)
{
    for (int i = 0; i < FILES; i++) {
        char print[ATTEMPT_FINGERPRINT];
        const char *why;
        char *text = source_read_any_text(&why, folder, files[i]);

        if (text == NULL) {
            kit_error("%s/%s: %s", folder, files[i], why);
            return -1;
        }
        attempt_fingerprint(print, text);
        printf("%s %s\n", files[i], print[0] != '\0' ? print : "empty");
        free(text);
        text = source_read(&why, folder, files[i]);
        if (text == NULL)
            kit_note("%s/%s does not compile: %s", folder, files[i], why);
        free(text);
    }
    return 0;
}
