/* SPDX-License-Identifier: MIT */
/*
 * recompute: derives keys, seals and opens boxes with the values that you type,
 * to compare them with a trace. The program openssl can do the same for keys
 * (openssl kdf), but it has no command for ChaCha20-Poly1305.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/base64.h"
#include "lib/box.h"
#include "lib/hkdf.h"
#include "lib/options.h"
#include "lib/say.h"
#include "lib/wire.h"

/* Prints LEN bytes as hex and a newline. */
static void print_hex(const void *bytes, size_t len)
{
    static char hex[2 * KIT_BOX_MAX + 1];

    kit_hex(hex, bytes, len);
    puts(hex);
}

/*
 * Decodes WORD, which is hex, to OUT and sets LEN. WHAT is its name. Exits if
 * it is not hex, or not MIN to MAX bytes.
 */
static void read_hex(uint8_t *out, size_t *len, const char *word,
                     const char *what, size_t min, size_t max)
{
    size_t digits = strlen(word);

    *len = digits / 2;
    if (digits % 2 != 0 || strspn(word, "0123456789abcdef") != digits ||
        *len < min || *len > max) {
        kit_error("%s must be lower-case hex, %zu to %zu bytes: copy it from "
                  "the trace",
                  what, min, max);
        exit(EX_USAGE);
    }
    for (size_t i = 0; i < *len; i++) {
        const char digit[3] = {word[2 * i], word[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(digit, NULL, 16);
    }
}

static int derive(char **word)
{
    struct kit_key key;

    if (kit_derive(&key, word[0], word[1]) != 0)
        return kit_fail(EX_SOFTWARE, "cannot derive a key: shorten the label");
    print_hex(key.bytes, sizeof key.bytes);
    return EX_OK;
}

/* Reads the words that seal and open have in common: KEY, AD and NONCE. */
static void read_key(struct kit_key *key, struct kit_nonce *nonce, char **word)
{
    size_t len;

    read_hex(key->bytes, &len, word[0], "KEY", KIT_KEY_LEN, KIT_KEY_LEN);
    read_hex(nonce->bytes, &len, word[2], "NONCE", KIT_NONCE_LEN,
             KIT_NONCE_LEN);
}

static int seal(char **word)
{
    static struct kit_box box;
    struct kit_sealed sealed;
    struct kit_key key;

    read_key(&key, &box.nonce, word);
    if (kit_box_seal(&box, &key, word[1], word[3], strlen(word[3])) != 0 ||
        kit_box_encode(&sealed, &box) != 0)
        return kit_fail(EX_DATAERR, "cannot seal TEXT: it has %d bytes at most",
                        KIT_TEXT_MAX);
    printf("ciphertext ");
    print_hex(box.bytes, box.len - KIT_TAG_LEN);
    printf("tag        ");
    print_hex(box.bytes + box.len - KIT_TAG_LEN, KIT_TAG_LEN);
    printf("sealed     %s\n", sealed.text);
    return EX_OK;
}

static int open_box(char **word)
{
    static struct kit_box box;
    struct kit_text text;
    struct kit_key key;

    read_key(&key, &box.nonce, word);
    read_hex(box.bytes, &box.len, word[3], "BOX", KIT_TAG_LEN, KIT_BOX_MAX);
    if (kit_box_open(&text, &key, word[1], &box) != 0)
        return kit_fail(EX_DATAERR, "it does not open: key, associated data, "
                                    "nonce or box are not those with which it "
                                    "was sealed");
    fwrite(text.bytes, 1, text.len, stdout);
    putchar('\n');
    return EX_OK;
}

/* Prints SHA-256 of a file in base64, as a Content-Security-Policy needs it. */
static int hash(char **word)
{
    static uint8_t bytes[1 << 20];
    struct kit_digest digest;
    char text[KIT_BASE64_LEN(KIT_DIGEST_LEN) + 1];
    FILE *file = fopen(word[0], "rb");
    size_t len = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);
    bool failed = file == NULL || ferror(file) || len == sizeof bytes;

    if (file != NULL)
        fclose(file);
    if (failed)
        return kit_fail(EX_NOINPUT,
                        "cannot read %s: it must be a file of less "
                        "than 1 MiB",
                        word[0]);
    if (kit_sha256(&digest, bytes, len) != 0 ||
        kit_base64_encode(text, sizeof text, digest.bytes,
                          sizeof digest.bytes) != 0)
        return kit_fail(EX_SOFTWARE, "cannot compute SHA-256");
    puts(text);
    return EX_OK;
}

static const struct {
    const char *name;
    int words; /* after the name */
    int (*run)(char **word);
} commands[] = {
    {"derive", 2, derive},
    {"seal", 4, seal},
    {"open", 4, open_box},
    {"hash", 1, hash},
};

int main(int argc, char **argv)
{
    const struct kit_command command = {
        .name = "recompute",
        .operands = "COMMAND WORD...",
        .about = "derive STRING LABEL        print the key K(STRING, LABEL)\n"
                 "seal KEY AD NONCE TEXT     print ciphertext and tag\n"
                 "open KEY AD NONCE BOX      print the text; BOX is ciphertext "
                 "and tag\n"
                 "hash FILE                  print SHA-256 in base64\n"
                 "\n"
                 "KEY, NONCE and BOX are hex. Other users of this machine can "
                 "see what you\n"
                 "type, so use keys of the lab only.",
        .min = 2,
        .max = 5,
    };
    char **operand = argv + kit_options(argc, argv, &command);
    int words = (int)(argv + argc - operand) - 1;

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, operand[0]) == 0 &&
            commands[i].words == words) {
            int rc = commands[i].run(operand + 1);

            return rc == EX_OK && fflush(stdout) != 0 ? EX_IOERR : rc;
        }
    }
    return kit_fail(EX_USAGE,
                    "there is no command %s with %d words; try: recompute "
                    "--help",
                    operand[0], words);
}
