// SPDX-License-Identifier: MIT
// What /userinfo does (protocol.md section 3), for the two servers in Node: the
// same work as in userinfo.py, with the SQL statement prepared at the start.
// Each of them is one process that answers all requests in one thread, like our
// server.
"use strict";

const crypto = require("node:crypto");

const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const TOKEN = /^[\x21-\x7e]{16,128}$/;
const BODY_MAX = 4096;
const BURST = 30;
const TICKET_LIFE = 3600;
const LOOK_UP = `
    SELECT s.user AS user, s.ip AS ip, s.expires AS expires,
           r.ip AS receiver_ip, r.port AS receiver_port,
           r.ticket_key AS ticket_key
    FROM sessions AS s
    LEFT JOIN sessions AS r ON r.user = ? AND r.expires > ?
    WHERE s.token_hash = ?
    ORDER BY r.port IS NULL, r.id DESC LIMIT 1`;

// With better-sqlite3 from npm, or with the module that Node has from version 22
// on.
function openDatabase(file) {
    try {
        const Database = require("better-sqlite3");
        return new Database(file, { readonly: true });
    } catch (error) {
        const { DatabaseSync } = require("node:sqlite");
        return new DatabaseSync(file, { readOnly: true });
    }
}

class Failure extends Error {
    constructor(status, word) {
        super(word);
        this.status = status;
    }
}

// One M3 a second for each user, with bursts. A user's bucket is stored as the
// time when it will be full again.
class Limits {
    constructor() {
        this.fullAt = new Map();
    }

    take(user, now) {
        const fullAt = Math.max(now, this.fullAt.get(user) ?? now) + 1;
        if (fullAt > now + BURST)
            throw new Failure(429, "slow_down");
        this.fullAt.set(user, fullAt);
    }
}

function seal(key, nonce, ad, text) {
    const cipher = crypto.createCipheriv("chacha20-poly1305", key, nonce,
                                         { authTagLength: 16 });
    cipher.setAAD(Buffer.from(ad), { plaintextLength: Buffer.byteLength(text) });
    const box = cipher.update(text, "utf8");
    cipher.final();
    return Buffer.concat([nonce, box, cipher.getAuthTag()]).toString("base64");
}

class Service {
    constructor(file) {
        this.lookUp = openDatabase(file).prepare(LOOK_UP);
        this.limits = new Limits();
    }

    // M3 to M4. Throws a Failure.
    answer({ username, token, receiver }) {
        if (typeof username !== "string" || typeof token !== "string" ||
            typeof receiver !== "string" || !NAME.test(username) ||
            !TOKEN.test(token) || !NAME.test(receiver) || username === receiver)
            throw new Failure(400, "bad_request");
        const now = Date.now() / 1000;
        const hash = crypto.createHash("sha256").update(token).digest();
        const found = this.lookUp.get(receiver, Math.floor(now), hash);
        if (found === undefined || found.user !== username ||
            found.expires <= now)
            throw new Failure(401, "bad_token");
        this.limits.take(username, now);
        if (found.ticket_key === null)
            throw new Failure(404, "no_receiver");
        // Each call of randomBytes takes time, so there is only one.
        const random = crypto.randomBytes(32 + 12);
        const secret = random.toString("hex", 0, 32);
        const ticket = JSON.stringify({
            username,
            ip_addr: found.ip,
            secret,
            exp: Math.floor(now) + TICKET_LIFE,
        });
        return {
            ip_addr: found.receiver_ip,
            secret,
            senderinfo: seal(found.ticket_key, random.subarray(32),
                             `senderinfo>${receiver}`, ticket),
            port: found.receiver_port || 4444,
            receiver,
        };
    }
}

module.exports = { BODY_MAX, Failure, Service };
