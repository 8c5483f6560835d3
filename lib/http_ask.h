/* SPDX-License-Identifier: MIT */
/* A question to the server as JSON, and its answer. */
#ifndef KIT_HTTP_ASK_H
#define KIT_HTTP_ASK_H

#include "lib/http.h"
#include "lib/json.h"

/*
 * kit_http_ask: posts QUESTION to PATH and sets ANSWER to the JSON object
 * that came back with status 200; give it back with kit_json_free. WHOM is
 * the name that the question is about, for the error text.
 *
 * Returns EX_OK; or another exit code of sysexits.h with ANSWER NULL and the
 * reason on standard error: no server, a refusal, an answer that is no JSON.
 */
int kit_http_ask(cJSON **answer, struct kit_http *http, const char *path,
                 const cJSON *question, const char *whom) KIT_MUST_CHECK;

#endif
