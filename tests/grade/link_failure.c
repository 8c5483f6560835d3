/* SPDX-License-Identifier: MIT */
#include "tests/grade/link_failure.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tests/grade/compiler.h"
#include "tests/grade/transcript.h"

enum { SYMBOL = 700 }; /* bytes of a name, or of one line */

/*
 * Finds the symbol of the first message of one KIND in the output, and the line
 * of FILE that it is about, as "sender.c:12"; "sender.c" if that is not known.
 * The messages are those of GNU ld, of lld and mold, and of macOS.
 */
static bool find_symbol(char symbol[SYMBOL], char place[SYMBOL],
                        const char *const kind[3], const char *file)
{
    static const char around[] = "`'\"_ \n";
    const char *output = compiler_output(), *at = NULL, *line;
    size_t len = strlen(file);
    int i = 0;

    while (i < 3 && (at = strstr(output, kind[i])) == NULL)
        i++;
    if (at == NULL)
        return false;
    for (line = at; line > output && line[-1] != '\n';)
        line--;
    at += strlen(kind[i]);
    if (i == 2) /* macOS: on the next line, and with one more underscore */
        at = strpbrk(at, "\"'") != NULL ? strpbrk(at, "\"'") : at;
    at += i == 2 ? strspn(at, around) : strspn(at, "`'\" ");
    snprintf(symbol, SYMBOL, "%s", printable(at, strcspn(at, "`'\";, \n")));
    snprintf(place, SYMBOL, "%s", file);
    while ((line = strstr(line, file)) != NULL) {
        size_t digits =
            line[len] == ':' ? strspn(line + len + 1, "0123456789") : 0;

        if (digits > 0) {
            snprintf(place, SYMBOL, "%.*s", (int)(len + 1 + digits), line);
            break;
        }
        line += len;
    }
    return true;
}

/* Whether SYMBOL is a function of one of the libraries of the backends. */
static bool is_of_library(const char *symbol)
{
    static const char *const prefixes[] = {"crypto_",  "sodium_", "randombytes",
                                           "EVP_",     "RAND_",   "HMAC",
                                           "OPENSSL_", "ERR_"};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(symbol, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    }
    return false;
}

_Noreturn void link_failure_explain(const char *name, const char *backend)
{
    static const char *const undefined[] = {
        "undefined reference to ", "undefined symbol: ", "Undefined symbols"};
    static const char *const twice[] = {
        "multiple definition of ", "duplicate symbol: ", "duplicate symbol "};
    char file[64], symbol[SYMBOL], place[SYMBOL];

    snprintf(file, sizeof file, "%s.c", name);
    expected("%s can be linked with %s", name, backend);
    if (find_symbol(symbol, place, twice, file)) {
        got("%s is defined twice", symbol);
        fail("%s defines %s, which the kit defines too: delete it there, or "
             "give it another name.",
             place, symbol);
    }
    if (!find_symbol(symbol, place, undefined, file)) {
        got("%s", compiler_first_line());
        fail("%s compiles, but cannot be linked: %s", file,
             compiler_first_line());
    }
    got("%s is not defined", symbol);
    if (strcmp(symbol, "main") == 0)
        fail("%s has no function main: take it from starter/%s.", file, file);
    if (is_of_library(symbol))
        fail("%s uses %s, which %s does not have: call the kit_ functions "
             "instead, because your program must run on both backends.",
             place, symbol, backend);
    fail("%s uses %s, which is not defined: check its spelling, or write it. "
         "lib/kit.h lists what the kit has.",
         place, symbol);
}
