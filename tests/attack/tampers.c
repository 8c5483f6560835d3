/* SPDX-License-Identifier: MIT */
/* Passwords and sessions as nobody but an attacker would leave them. */
#include "tests/attack/tampers.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

const char *const tampered_rows[] = {
    /* Parameters. */
    "replace(?1, 'ln=10', 'ln=31')",
    "replace(?1, 'ln=10', 'ln=18')",
    "replace(?1, 'ln=10', 'ln=9')",
    "replace(?1, 'ln=10', 'ln=0')",
    "replace(?1, 'ln=10', 'ln=63')",
    "replace(?1, 'ln=10', 'ln=64')",
    "replace(?1, 'ln=10', 'ln=-10')",
    "replace(?1, 'ln=10', 'ln=+10')",
    "replace(?1, 'ln=10', 'ln=010')",
    "replace(?1, 'ln=10', 'ln= 10')",
    "replace(?1, 'ln=10', 'ln=0xa')",
    "replace(?1, 'ln=10', 'ln=4294967306')",
    "replace(?1, 'ln=10', 'ln=18446744073709551626')",
    "replace(?1, 'ln=10', 'ln=')",
    "replace(?1, 'ln=10,', '')",
    "replace(?1, 'ln=10', 'N=1024')",
    "replace(?1, 'r=8', 'r=0')",
    "replace(?1, 'r=8', 'r=1')",
    "replace(?1, 'r=8', 'r=9')",
    "replace(?1, 'r=8', 'r=80')",
    "replace(?1, 'r=8', 'r=-8')",
    "replace(?1, 'r=8', 'r=4294967296')",
    "replace(?1, 'r=8', 'r=4294967304')",
    "replace(?1, 'r=8', 'r=1073741824')",
    "replace(?1, 'p=5', 'p=0')",
    "replace(?1, 'p=5', 'p=11')",
    "replace(?1, 'p=5', 'p=99')",
    "replace(?1, 'p=5', 'p=-5')",
    "replace(?1, 'p=5', 'p=4294967301')",
    "replace(?1, 'p=5', 'p=1073741823')",
    "replace(?1, 'ln=10,r=8,p=5', 'p=5,r=8,ln=10')",
    "replace(?1, ',p=5', ',p=5,x=1')",
    "replace(?1, ',p=5', ',p=5,p=5')",

    /* Schemes. */
    "replace(?1, '$scrypt$', '$argon2id$')",
    "replace(?1, '$scrypt$', '$SCRYPT$')",
    "replace(?1, '$scrypt$', 'scrypt$')",
    "replace(?1, '$scrypt$', '$scrypt$v=1$')",
    "'$2b$31$0123456789012345678901uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu'",
    "'victim-keep-this-to-yourself'",
    "'*'",
    "''",
    "'$scrypt$'",

    /* Salt and hash, cut, stretched, spoilt. */
    "substr(?1, 1, length(?1) - 1)",
    "substr(?1, 1, length(?1) - 43)",
    "substr(?1, 1, length(?1) - 44)",
    "substr(?1, 1, length(?1) - 66)",
    "substr(?1, 2)",
    "?1 || '='",
    "?1 || 'A'",
    "?1 || '$'",
    "?1 || ' '",
    "?1 || char(10)",
    "' ' || ?1",
    "?1 || ?1",
    "substr(?1, 1, length(?1) - 1) || '*'",
    "substr(?1, 1, length(?1) - 1) || '-'",
    "substr(?1, 1, length(?1) - 1) || char(27)",
    "replace(?1, '$', '$$')",
    "replace(?1, 'p=5$', 'p=5$AAAA')",

    /* Other types, and what SQL lets a text be. */
    "CAST(?1 || x'00' AS TEXT)",
    "CAST(x'00' || ?1 AS TEXT)",
    "CAST(substr(?1, 1, 30) || x'00' || substr(?1, 31) AS TEXT)",
    "CAST(x'ff' || ?1 AS TEXT)",
    "10",
    "1e308",
    "x''",
    "zeroblob(100)",
    "zeroblob(4000000)",
    "hex(zeroblob(2000000))",
    "?1 || hex(zeroblob(2000000))",
};

const size_t tampered_row_count = COUNT(tampered_rows);

const char *const tampered_sessions[] = {
    "ticket_key = x''",
    "ticket_key = x'00'",
    "ticket_key = zeroblob(33)",
    "ticket_key = zeroblob(4000000)",
    "ticket_key = 'text'",
    "user = ''",
    "user = 'nobody'",
    "user = hex(zeroblob(100))",
    "user = 'u00' || char(0)",
    "user = hex(zeroblob(2000000))",
    "user = 7",
    "ip = hex(zeroblob(100))",
    "ip = hex(zeroblob(2000000))",
    "ip = x'00ff'",
    "expires = 'never'",
    "expires = 1e308",
    "expires = -1",
    "port = 'x'",
    "port = 1e308",
    "port = -1",
};

const size_t tampered_session_count = COUNT(tampered_sessions);
