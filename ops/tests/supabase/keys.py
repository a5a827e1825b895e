"""Keys that sign tokens, as Supabase has them: ES256, RS256 and the legacy shared secret.

Standard library alone, so the curve and the primes are worked out here: for tests, never for a
secret that matters (nothing runs in constant time).
"""

import base64
import hashlib
import hmac
import json
import secrets
import uuid

# secp256r1 (FIPS 186-4, D.1.2.3).
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A = P - 3
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
# DigestInfo of SHA-256 (RFC 8017, section 9.2).
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, length=None):
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def add(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor, point):
    result = None
    while factor:
        if factor & 1:
            result = add(result, point)
        point = add(point, point)
        factor >>= 1
    return result


def is_prime(candidate):
    if any(candidate % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(16):
        power = pow(secrets.randbelow(candidate - 3) + 2, odd, candidate)
        if power in (1, candidate - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % candidate
            if power == candidate - 1:
                break
        else:
            return False
    return True


def prime(bits):
    while True:
        candidate = secrets.randbits(bits) | 3 << (bits - 2) | 1
        if candidate % 65537 != 1 and is_prime(candidate):
            return candidate


class Key:
    """One key: signs, and publishes itself where it has a public half."""

    def __init__(self, algorithm, secret=None):
        self.algorithm, self.secret = algorithm, secret
        self.kid = None if algorithm == "HS256" else str(uuid.uuid4())
        if algorithm == "ES256":
            self.private = secrets.randbelow(N - 1) + 1
            self.point = times(self.private, G)
        elif algorithm == "RS256":
            p, q = prime(1024), prime(1024)
            self.modulus = p * q
            self.private = pow(65537, -1, (p - 1) * (q - 1))

    def sign(self, data):
        if self.algorithm == "HS256":
            return hmac.new(self.secret.encode(), data, hashlib.sha256).digest()
        digest = hashlib.sha256(data).digest()
        if self.algorithm == "RS256":
            padded = b"\0\1" + b"\xff" * (256 - 3 - len(DIGEST_INFO) - 32) + b"\0"
            message = int.from_bytes(padded + DIGEST_INFO + digest, "big")
            return pow(message, self.private, self.modulus).to_bytes(256, "big")
        while True:
            nonce = secrets.randbelow(N - 1) + 1
            r = times(nonce, G)[0] % N
            s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * self.private) % N
            if r and s:
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def token(self, claims):
        header = {"alg": self.algorithm, "typ": "JWT"}
        if self.kid:
            header["kid"] = self.kid
        signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        return signed + "." + b64(self.sign(signed.encode()))

    def published(self):
        """The entry of the key set; a shared secret has none."""
        common = {"alg": self.algorithm, "use": "sig", "key_ops": ["verify"], "kid": self.kid}
        if self.algorithm == "ES256":
            x, y = (number(part, 32) for part in self.point)
            return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **common}
        return {"kty": "RSA", "n": number(self.modulus), "e": "AQAB", **common}


def claims(token):
    """What a token says, whoever signed it; None where it is no token."""
    parts = token.split(".")
    try:
        return json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError):
        return None
