/* SPDX-License-Identifier: MIT */
/* The server's and the sender's part of the cryptography. */
#include "tests/grade/forge.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/hkdf.h"
#include "tests/grade/lab.h"
#include "tests/grade/transcript.h"

void forge_box(char out[KIT_SEALED_SIZE], const struct kit_key *key,
               const void *ad, size_t ad_len, const void *text, size_t len)
{
    struct kit_box box;

    must(kit_random(&box.nonce, sizeof box.nonce) == 0);
    must(kit_seal(box.bytes, sizeof box.bytes, key, &box.nonce, ad, ad_len,
                  text, len) == 0);
    box.len = len + KIT_TAG_LEN;
    must(kit_box_encode(out, KIT_SEALED_SIZE, &box) == 0);
}

void forge_sealed(char out[KIT_SEALED_SIZE], const char *string,
                  const char *label, const char *ad, const void *text,
                  size_t len)
{
    struct kit_key key;

    must(kit_derive(&key, string, label) == 0);
    forge_box(out, &key, ad, strlen(ad), text, len);
}

void forge_ticket_json(char out[FORGE_JSON], const char *sender,
                       const char *secret, long long exp)
{
    char more[40] = "";

    if (exp != 0)
        snprintf(more, sizeof more, ",\"exp\":%lld", exp);
    snprintf(out, FORGE_JSON,
             "{\"username\":\"%s\",\"ip_addr\":\"127.0.0.1\",\"secret\":\"%s\""
             "%s}",
             sender, secret, more);
}

void forge_ticket(char out[KIT_SEALED_SIZE], const char *token,
                  const char *receiver, const char *sender, const char *secret)
{
    char json[FORGE_JSON], ad[KIT_AD_SIZE];

    forge_ticket_json(json, sender, secret, 0);
    snprintf(ad, sizeof ad, "senderinfo>%s", receiver);
    forge_sealed(out, token, KIT_LABEL_TICKET, ad, json, strlen(json));
}

void forge_password_file(const char *password)
{
    FILE *file;

    umask(077);
    file = fopen("password", "w");
    must(file != NULL);
    must(fprintf(file, "%s\n", password) > 0 && fclose(file) == 0);
    must(lab_give("password") == 0);
}
