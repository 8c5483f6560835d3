# SPDX-License-Identifier: MIT
"""flask_server.py DATABASE: serves /userinfo with Flask on waitress.

waitress runs with four threads, its default. Python executes one at a time.
"""

import json
import logging
import sys

import flask
import waitress

from userinfo import BODY_MAX, Failure, Service, listen

service = Service(sys.argv[1])
app = flask.Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = BODY_MAX


def reply(body, status=200):
    return flask.Response(json.dumps(body), status, mimetype="application/json")


@app.errorhandler(Failure)
def on_failure(failure):
    status, word = failure.args
    return reply({"error": word}, status)


@app.post("/userinfo")
def userinfo():
    # Our clients send no Content-Type.
    m3 = flask.request.get_json(force=True, silent=True)
    if not isinstance(m3, dict):
        raise Failure(400, "bad_request")
    members = [m3.get(name) for name in ("username", "token", "receiver")]
    if not all(isinstance(member, str) for member in members):
        raise Failure(400, "bad_request")
    return reply(service.answer(*members))


logging.getLogger("waitress").setLevel(logging.ERROR)
waitress.serve(app, sockets=[listen()], threads=4, connection_limit=200)
