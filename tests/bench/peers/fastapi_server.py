# SPDX-License-Identifier: MIT
"""fastapi_server.py DATABASE: serves /userinfo with FastAPI on uvicorn.

A query takes some microseconds, so it runs in the event loop: passing it to
another thread would take longer. uvicorn runs with uvloop and httptools, which
are faster than its defaults in Python.
"""

import sys

import fastapi
import pydantic
import uvicorn
from fastapi.responses import JSONResponse

from userinfo import BODY_MAX, Failure, Service, listen

service = Service(sys.argv[1])
app = fastapi.FastAPI(openapi_url=None)


class M3(pydantic.BaseModel):
    username: pydantic.StrictStr           # the number 1 is not "1"
    token: pydantic.StrictStr
    receiver: pydantic.StrictStr


# Debian 12 has pydantic 1, which has another name for this.
parse = getattr(M3, "model_validate_json", None) or M3.parse_raw


@app.exception_handler(Failure)
async def on_failure(request, failure):
    status, word = failure.args
    return JSONResponse({"error": word}, status)


# Our clients send no Content-Type, so FastAPI itself would not read the JSON.
@app.post("/userinfo")
async def userinfo(request: fastapi.Request):
    body = await request.body()
    if len(body) > BODY_MAX:
        raise Failure(413, "too_large")
    try:
        m3 = parse(body)
    except ValueError:
        return JSONResponse({"error": "bad_request"}, 400)
    return JSONResponse(service.answer(m3.username, m3.token, m3.receiver))


uvicorn.Server(uvicorn.Config(
    app, loop="uvloop", http="httptools", log_level="warning",
    access_log=False)).run(sockets=[listen()])
