"""A real time-stamp server on loopback: it answers rightly, too late, without end, with nonsense, or not at all."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.documents import seals


@cache
def identity() -> tuple[str, str]:
    """Key and certificate (PEM) of the server."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "时间戳服务")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(9)
        .not_valid_before(seals.MOMENT - timedelta(days=1)).not_valid_after(seals.MOMENT + timedelta(days=900))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), made.public_bytes(pem).decode()


def _stamp(question: bytes) -> bytes:
    key, certificate = identity()
    stamper = DummyTimeStamper(
        next(iter(load_certs_from_pemder_data(certificate.encode()))),
        load_private_key_from_pemder_data(key.encode(), passphrase=None),
        fixed_dt=seals.MOMENT + timedelta(hours=6),
    )
    answer = asyncio.run(stamper.async_request_tsa_response(tsp.TimeStampReq.load(question)))
    return bytes(answer.dump())


class Answering(BaseHTTPRequestHandler):
    """What the server's `mood` says."""

    def do_POST(self) -> None:
        question = self.rfile.read(int(self.headers["Content-Length"]))
        mood = self.server.mood  # type: ignore[attr-defined]
        self.server.asked += 1  # type: ignore[attr-defined]
        if mood == "late":
            time.sleep(4)
        content = b"nonsense" if mood == "nonsense" else _stamp(question)
        self.send_response(500 if mood == "broken" else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", "1000000" if mood == "endless" else str(len(content)))
        self.end_headers()
        if mood == "endless":
            for _step in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
            return
        self.wfile.write(content)

    def log_message(self, *_said: Any) -> None:
        """Tests say what they found."""


@contextmanager
def time_server(mood: str = "right") -> Iterator[Any]:
    """The server while the block runs; `url`, `mood` and how often it was `asked`."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.mood, server.asked = mood, 0
    server.url = f"http://127.0.0.1:{server.server_address[1]}/"
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
