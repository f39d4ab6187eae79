"""Asking a time-stamp server (RFC 3161) by plain http, once and within a time."""

import base64
import http.client
import time
from urllib.parse import unquote, urlsplit
from urllib.request import Request, build_opener

from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, set_tsp_headers

MOST = 1_000_000  # bytes of an answer


class NoTimeStamp(Exception):
    """The server gave none; why, in few words."""


class TimeServer(TimeStamper):
    """A server by its address, with `user:password@` where it asks for them; all of an answer must come within the seconds."""

    def __init__(self, address: str, seconds: float) -> None:
        super().__init__()
        parts = urlsplit(address)
        self.address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self.headers = set_tsp_headers({})
        self.seconds = seconds
        if parts.username:
            who = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self.headers["Authorization"] = "Basic " + base64.b64encode(who.encode()).decode("ascii")

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Waits in place: the process has nothing else to do."""
        try:
            return tsp.TimeStampResp.load(self._ask(req.dump()))
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise NoTimeStamp(str(trouble) or type(trouble).__name__) from trouble

    def _ask(self, question: bytes) -> bytes:
        end = time.monotonic() + self.seconds
        request = Request(self.address, data=question, headers=self.headers, method="POST")  # noqa: S310  given by the operator
        said = b""
        with build_opener().open(request, timeout=self.seconds) as answer:
            while part := answer.read1(65_536):
                said += part
                if time.monotonic() > end or len(said) > MOST:
                    raise TimeoutError("the answer does not end")
        return said

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> object:  # type: ignore[override]
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (TimestampRequestError, ValueError, TypeError, KeyError) as trouble:
            raise NoTimeStamp(str(trouble) or type(trouble).__name__) from trouble
