/* SPDX-License-Identifier: MIT */
/* Calls of cJSON, libcurl, SQLite and libmicrohttpd that may fail. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <microhttpd.h>
#include <sqlite3.h>

#include "tests/support/library_faults/fault.h"

FAULT(cJSON *, cJSON_CreateObject, (void), (), NULL)
FAULT(cJSON *, cJSON_AddStringToObject,
      (cJSON *const object, const char *const name, const char *const text),
      (object, name, text), NULL)
FAULT(cJSON *, cJSON_AddNumberToObject,
      (cJSON *const object, const char *const name, const double number),
      (object, name, number), NULL)
FAULT(cJSON *, cJSON_ParseWithLengthOpts,
      (const char *text, size_t len, const char **end, cJSON_bool terminated),
      (text, len, end, terminated), NULL)

FAULT(CURL *, curl_easy_init, (void), (), NULL)
FAULT(CURLcode, curl_easy_perform, (CURL * curl), (curl), CURLE_OUT_OF_MEMORY)
FAULT(struct curl_slist *, curl_slist_append,
      (struct curl_slist * list, const char *text), (list, text), NULL)
FAULT(CURLU *, curl_url, (void), (), NULL)
FAULT(CURLUcode, curl_url_get,
      (CURLU * url, CURLUPart part, char **text, unsigned flags),
      (url, part, text, flags), CURLUE_OUT_OF_MEMORY)

FAULT(int, sqlite3_open_v2,
      (const char *path, sqlite3 **db, int flags, const char *vfs),
      (path, db, flags, vfs), SQLITE_CANTOPEN)
FAULT(int, sqlite3_exec,
      (sqlite3 * db, const char *sql,
       int (*each)(void *context, int count, char **values, char **names),
       void *context, char **error),
      (db, sql, each, context, error), SQLITE_FULL)
FAULT(int, sqlite3_prepare_v3,
      (sqlite3 * db, const char *sql, int len, unsigned flags,
       sqlite3_stmt **out, const char **rest),
      (db, sql, len, flags, out, rest), SQLITE_NOMEM)
FAULT(int, sqlite3_step, (sqlite3_stmt * statement), (statement), SQLITE_IOERR)
FAULT(int, sqlite3_bind_text,
      (sqlite3_stmt * statement, int i, const char *text, int len,
       void (*end)(void *)),
      (statement, i, text, len, end), SQLITE_NOMEM)
FAULT(int, sqlite3_bind_blob,
      (sqlite3_stmt * statement, int i, const void *bytes, int len,
       void (*end)(void *)),
      (statement, i, bytes, len, end), SQLITE_NOMEM)
FAULT(int, sqlite3_bind_int64,
      (sqlite3_stmt * statement, int i, sqlite3_int64 number),
      (statement, i, number), SQLITE_NOMEM)
FAULT(const unsigned char *, sqlite3_column_text,
      (sqlite3_stmt * statement, int i), (statement, i), NULL)
FAULT(const void *, sqlite3_column_blob, (sqlite3_stmt * statement, int i),
      (statement, i), NULL)

/* Not a failure, but a library that is too old. */
FAULT(const char *, MHD_get_version, (void), (), "0.9.74")
FAULT(struct MHD_Response *, MHD_create_response_from_buffer,
      (size_t len, void *bytes, enum MHD_ResponseMemoryMode mode),
      (len, bytes, mode), NULL)
FAULT(struct MHD_Response *, MHD_create_response_from_callback,
      (uint64_t len, size_t block, MHD_ContentReaderCallback read,
       void *context, MHD_ContentReaderFreeCallback end),
      (len, block, read, context, end), NULL)
FAULT(enum MHD_Result, MHD_add_response_header,
      (struct MHD_Response * response, const char *name, const char *value),
      (response, name, value), MHD_NO)
FAULT(enum MHD_Result, MHD_queue_response,
      (struct MHD_Connection * connection, unsigned status,
       struct MHD_Response *response),
      (connection, status, response), MHD_NO)
