"""Supabase Auth (GoTrue) and Storage as a gateway meets them, for tests: sign-up, both grants, logout,
user, admin deletion, keys; odd codes, both shapes of errors, rotation of refresh tokens; files.

    simulator.py --port 9999 --anon-key … --secret-key … --jwt-secret … [--database URL]

With --database every account is a row of `auth.users` there, as with the real one. What a test wants
otherwise it says by `POST /_control` (JSON, see `Auth.control`); `GET /_control` tells what was asked.
"""

import argparse
import hashlib
import json
import secrets
import socket
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import keys
import storage

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


class Refusal(Exception):
    def __init__(self, status, code, message, **extra):
        super().__init__(message)
        self.status, self.code, self.message, self.extra = status, code, message, extra


def instant(seconds=None):
    seconds = time.time() if seconds is None else seconds
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".123456Z"


class Auth:
    """Accounts, sessions, tokens and keys. One lock: a test asks little at once."""

    def __init__(self, options):
        self.options = options
        self.issuer = f"http://127.0.0.1:{options.port}/auth/v1"
        self.lock = threading.RLock()
        self.users, self.sessions, self.tokens, self.signed = {}, {}, {}, set()
        self.key = keys.Key("ES256")
        self.published = [self.key]
        self.faults, self.requests = [], []
        self.storage = storage.Storage("documents")
        # Confirmed at once; how long tokens live; seconds of grace; 0 mails left and so on.
        self.settings = {
            "autoconfirm": True, "lifetime": 3600, "reuse_interval": 10, "signup": True,
            "password_min": 6, "reauthentication": False, "old_shape": False,
        }

    # Control

    def control(self, wish):
        """`{"settings":{…}}`, `{"rotate":"ES256","publish":true,"keep":true}`, `{"faults":[{"path":
        "/token","status":503,"body":"…","delay":1,"drop":true,"times":1}]}`, `{"confirm":email}`,
        `{"ban":email}`, `{"end_sessions":email}`, `{"age":seconds}`, `{"forget_requests":1}`."""
        with self.lock:
            self.settings.update(wish.get("settings", {}))
            self.storage.settings.update(wish.get("storage", {}))
            if "rotate" in wish:
                self.key = keys.Key(wish["rotate"], self.options.jwt_secret)
                kept = self.published if wish.get("keep", True) else []
                fresh = [self.key] if self.key.kid and wish.get("publish", True) else []
                self.published = kept + fresh
            if wish.get("publish_current"):
                self.published.append(self.key)
            if "faults" in wish:
                self.faults = wish["faults"]
            if "confirm" in wish:
                self.by_email(wish["confirm"])["email_confirmed_at"] = instant()
            if "ban" in wish:
                self.by_email(wish["ban"])["banned_until"] = instant(time.time() + 3600)
            if "end_sessions" in wish:
                user = self.by_email(wish["end_sessions"])
                self.end(lambda session: session["user"] == user["id"])
            for token in self.tokens.values():
                token["updated_at"] -= wish.get("age", 0)
            for session in self.sessions.values():
                session["created_at"] -= wish.get("age", 0)
            if wish.get("forget_requests"):
                self.requests = []
        return {"requests": self.requests, "issuer": self.issuer, "sessions": len(self.sessions),
                "users": len(self.users), "objects": sorted(self.storage.objects)}

    def fault(self, path):
        with self.lock:
            for fault in self.faults:
                if path.startswith(fault["path"]) and fault.get("times", 1) != 0:
                    fault["times"] = fault.get("times", 1) - 1
                    return fault
        return None

    # Accounts

    def by_email(self, email):
        return next((user for user in self.users.values() if user["email"] == email), None)

    def mirror(self, sql, **values):
        if not self.options.database:
            return
        arguments = [item for name, value in values.items() for item in ("-v", f"{name}={value}")]
        done = subprocess.run(
            ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments, "-d", self.options.database],
            input=sql, text=True, capture_output=True, check=False)
        if done.returncode:
            raise Refusal(500, "unexpected_failure", "Database error: " + done.stderr)

    @staticmethod
    def digest(user, password):
        return hashlib.pbkdf2_hmac("sha256", password.encode(), user["id"].encode(), 1000)

    def check_new_password(self, password):
        if not password:
            raise Refusal(400, "validation_failed", "Signup requires a valid password")
        if len(password.encode()) > 72:
            raise Refusal(
                400, "validation_failed", "Password cannot be longer than 72 characters")
        if len(password) < self.settings["password_min"]:
            raise Refusal(
                422, "weak_password", "Password should be longer",
                weak_password={"reasons": ["length"]})
        if "pwned" in password:
            raise Refusal(
                422, "weak_password", "Password is known", weak_password={"reasons": ["pwned"]})

    def signup(self, body, _query, _bearer):
        email, password = body.get("email", ""), body.get("password", "")
        if not self.settings["signup"]:
            raise Refusal(422, "signup_disabled", "Signups not allowed for this instance")
        if not email:
            raise Refusal(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        self.check_new_password(password)
        known = self.by_email(email)
        if known and known["email_confirmed_at"]:
            if self.settings["autoconfirm"]:
                raise Refusal(422, "user_already_exists", "User already registered")
            # An outsider must not learn that the address is taken.
            made_up = self.new_user(email, body.get("data", {}), None)
            return 200, {**self.shown(made_up), "identities": [], "role": ""}
        user = known or self.new_user(
            email, body.get("data", {}), instant() if self.settings["autoconfirm"] else None)
        user["digest"] = self.digest(user, password)
        if not known:
            self.users[user["id"]] = user
            self.mirror(
                """
                insert into auth.users (id, aud, role, email, encrypted_password,
                  email_confirmed_at, raw_user_meta_data, created_at, updated_at)
                values (:'id', 'authenticated', 'authenticated', :'email', 'simulated',
                  nullif(:'confirmed', '')::timestamptz, :'data', now(), now())
                """, id=user["id"], email=email, confirmed=user["email_confirmed_at"] or "",
                data=json.dumps(user["data"]))
        if user["email_confirmed_at"]:
            return 200, self.open(user)
        return 200, self.shown(user)

    @staticmethod
    def new_user(email, data, confirmed_at):
        return {"id": str(uuid.uuid4()), "email": email, "data": data, "banned_until": None,
                "email_confirmed_at": confirmed_at, "created_at": instant()}

    def shown(self, user):
        meta = {**user["data"], "email": user["email"], "email_verified": True,
                "phone_verified": False, "sub": user["id"]}
        return {
            "id": user["id"], "aud": "authenticated", "role": "authenticated",
            "email": user["email"], "email_confirmed_at": user["email_confirmed_at"], "phone": "",
            "confirmed_at": user["email_confirmed_at"], "last_sign_in_at": instant(),
            "app_metadata": {"provider": "email", "providers": ["email"]}, "user_metadata": meta,
            "identities": [{"identity_id": str(uuid.uuid4()), "id": user["id"],
                            "user_id": user["id"], "provider": "email", "email": user["email"]}],
            "created_at": user["created_at"], "updated_at": instant(), "is_anonymous": False,
        }

    # Sessions

    def open(self, user):
        session = {"id": str(uuid.uuid4()), "user": user["id"], "created_at": time.time()}
        self.sessions[session["id"]] = session
        return self.pair(user, session, self.issue(session, None))

    def issue(self, session, parent):
        token = "".join(secrets.choice(ALPHABET) for _ in range(12))
        self.tokens[token] = {"session": session["id"], "parent": parent, "revoked": False,
                              "updated_at": time.time()}
        return token

    def pair(self, user, session, refresh_token):
        now = int(time.time())
        expires = now + self.settings["lifetime"]
        claims = {
            "iss": self.issuer, "sub": user["id"], "aud": "authenticated", "exp": expires,
            "iat": now, "email": user["email"], "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": user["data"], "role": "authenticated", "aal": "aal1",
            "amr": [{"method": "password", "timestamp": now}], "session_id": session["id"],
            "is_anonymous": False,
        }
        access_token = self.key.token(claims)
        self.signed.add(access_token)
        return {"access_token": access_token, "token_type": "bearer",
                "expires_in": self.settings["lifetime"], "expires_at": expires,
                "refresh_token": refresh_token, "user": self.shown(user)}

    def end(self, condition):
        gone = {identifier for identifier, session in self.sessions.items() if condition(session)}
        for identifier in gone:
            del self.sessions[identifier]

    def token(self, body, query, _bearer):
        grant = query.get("grant_type", [""])[0]
        if grant == "refresh_token":
            return 200, self.refresh(body.get("refresh_token", ""))
        if grant != "password":
            raise Refusal(400, "invalid_credentials", "unsupported_grant_type")
        if not body.get("email"):
            raise Refusal(400, "validation_failed", "missing email or phone")
        user = self.by_email(body["email"])
        if user and user["banned_until"]:
            raise Refusal(400, "user_banned", "User is banned")
        if not user or user["digest"] != self.digest(user, body.get("password", "")):
            raise Refusal(400, "invalid_credentials", "Invalid login credentials")
        if not user["email_confirmed_at"]:
            raise Refusal(400, "email_not_confirmed", "Email not confirmed")
        return 200, self.open(user)

    def refresh(self, presented):
        if len(presented) < 12:
            raise Refusal(400, "validation_failed", "Refresh token is not valid")
        row = self.tokens.get(presented)
        if not row:
            raise Refusal(
                400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        session = self.sessions.get(row["session"])
        if not session:
            raise Refusal(
                400, "session_not_found", "Invalid Refresh Token: Session Not Found")
        user = self.users[session["user"]]
        if user["banned_until"]:
            raise Refusal(400, "user_banned", "Invalid Refresh Token: User Banned")
        if row["revoked"]:
            active = next((token for token, other in self.tokens.items()
                           if other["session"] == session["id"] and not other["revoked"]), None)
            if active and self.tokens[active]["parent"] == presented:
                return self.pair(user, session, active)
            if time.time() - row["updated_at"] > self.settings["reuse_interval"]:
                for other in self.tokens.values():
                    if other["session"] == session["id"]:
                        other["revoked"] = True
                del self.sessions[session["id"]]
                raise Refusal(
                    400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
        row.update(revoked=True, updated_at=time.time())
        for other in self.tokens.values():
            if other["session"] == session["id"]:
                other["revoked"] = True
        return self.pair(user, session, self.issue(session, presented))

    def caller(self, bearer):
        """User and session of an access token, as `GET /user` finds them."""
        if not bearer:
            raise Refusal(
                401, "no_authorization", "This endpoint requires a valid Bearer token")
        said = keys.claims(bearer)
        if not said or bearer not in self.signed or said["exp"] <= time.time():
            raise Refusal(
                403, "bad_jwt", "invalid JWT: unable to parse or verify signature, token has "
                "invalid claims: token is expired")
        user, session = self.users.get(said["sub"]), self.sessions.get(said["session_id"])
        if not user:
            raise Refusal(
                403, "user_not_found", "User from sub claim in JWT does not exist")
        if not session:
            raise Refusal(
                403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return user, session

    def logout(self, _body, query, bearer):
        scope = query.get("scope", ["global"])[0]
        if scope not in ("global", "local", "others"):
            raise Refusal(400, "validation_failed", f"Unsupported logout scope {scope!r}")
        user, own = self.caller(bearer)
        self.end(lambda session: session["user"] == user["id"] and (
            scope == "global" or (session["id"] == own["id"]) == (scope == "local")))
        return 204, None

    def user(self, _body, _query, bearer):
        return 200, self.shown(self.caller(bearer)[0])

    def update_user(self, body, _query, bearer):
        user, own = self.caller(bearer)
        password = body.get("password")
        if password is not None:
            self.check_new_password(password)
            if self.settings["reauthentication"] and own["created_at"] < time.time() - 86400:
                raise Refusal(
                    400, "reauthentication_needed", "Password update requires reauthentication")
            if user["digest"] == self.digest(user, password):
                raise Refusal(
                    422, "same_password", "New password should be different from the old password.")
            user["digest"] = self.digest(user, password)
            self.end(lambda session: session["user"] == user["id"] and session["id"] != own["id"])
        return 200, self.shown(user)

    def delete_user(self, identifier):
        if identifier not in self.users:
            raise Refusal(404, "user_not_found", "User not found")
        self.mirror("delete from auth.users where id = :'id'", id=identifier)
        del self.users[identifier]
        self.end(lambda session: session["user"] == identifier)
        return 200, {}

    def key_set(self):
        return 200, {"keys": [key.published() for key in self.published]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    auth = None

    def log_message(self, *_):
        pass

    def handle_any(self):
        raw = self.read_body()
        if raw is None:
            # Cut off: nothing of it is kept.
            self.close_connection = True
            return None
        url = urlsplit(self.path)
        if url.path == "/_control":
            return self.answer(200, self.auth.control(json.loads(raw or b"{}")))
        path = url.path.removeprefix("/auth/v1")
        with self.auth.lock:
            self.auth.requests.append({
                "method": self.command, "path": self.path,
                "body": raw[:2000].decode(errors="replace"),
                "headers": {name.lower(): value for name, value in self.headers.items()}})
        fault = self.auth.fault(path)
        if fault:
            time.sleep(fault.get("delay", 0))
            if fault.get("drop"):
                self.close_connection = True
                return self.connection.shutdown(socket.SHUT_RDWR)
            if "status" in fault:
                return self.answer(fault["status"], fault.get("body", "<html>bad gateway</html>"),
                                   fault.get("headers", {}))
        if path.startswith("/storage/v1/"):
            return self.answer_storage(path.removeprefix("/storage/v1"), raw)
        try:
            with self.auth.lock:
                status, body = self.route(path, parse_qs(url.query), raw)
            return self.answer(status, body)
        except Refusal as refusal:
            return self.refuse(refusal)

    def read_body(self):
        """The whole body, None where it is cut."""
        if self.headers.get("transfer-encoding") != "chunked":
            length = int(self.headers.get("content-length", 0))
            raw = self.rfile.read(length)
            return raw if len(raw) == length else None
        raw = b""
        while True:
            line = self.rfile.readline()
            if not line.endswith(b"\r\n"):
                return None
            size = int(line.split(b";")[0], 16)
            piece = self.rfile.read(size + 2)
            if len(piece) < size + 2:
                return None
            if not size:
                return raw
            raw += piece[:size]

    def answer_storage(self, path, raw):
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        said = keys.claims(bearer) if bearer in self.auth.signed else None
        if self.headers.get("apikey") not in (self.auth.options.anon_key,):
            return self.answer(401, {"message": "Invalid API key"})
        with self.auth.lock:
            status, body, fields = self.auth.storage.answer(
                self.command, path, said and said["sub"], self.headers, raw)
        return self.answer(status, body, fields)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def route(self, path, query, raw):
        auth, options = self.auth, self.auth.options
        if (self.command, path) == ("GET", "/.well-known/jwks.json"):
            return auth.key_set()
        key = self.headers.get("apikey")
        if key is None:
            return 401, {"message": "No API key found in request", "hint": "…"}
        if key not in (options.anon_key, options.secret_key):
            return 401, {"message": "Invalid API key", "hint": "Double check your keys."}
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        if path.startswith("/admin/users/") and self.command == "DELETE":
            if bearer != options.secret_key:
                raise Refusal(403, "not_admin", "User not allowed")
            return auth.delete_user(path.removeprefix("/admin/users/"))
        work = {
            ("POST", "/signup"): auth.signup, ("POST", "/token"): auth.token,
            ("POST", "/logout"): auth.logout, ("GET", "/user"): auth.user,
            ("PUT", "/user"): auth.update_user,
        }.get((self.command, path))
        if not work:
            return 404, {"message": "no Route matched with those values"}
        try:
            body = json.loads(raw) if raw else {}
        except ValueError as error:
            raise Refusal(
                400, "bad_json", f"Could not parse request body as JSON: {error}") from error
        return work(body, query, bearer)

    def refuse(self, refusal):
        versioned = self.headers.get("x-supabase-api-version") == "2024-01-01"
        headers = {"x-sb-error-code": refusal.code}
        if versioned and not self.auth.settings["old_shape"]:
            body = {"code": refusal.code, "message": refusal.message}
            headers["x-supabase-api-version"] = "2024-01-01"
        else:
            body = {"code": refusal.status, "error_code": refusal.code, "msg": refusal.message}
        self.answer(refusal.status, {**body, **refusal.extra}, headers)

    def answer(self, status, body, headers=None):
        text = body if isinstance(body, bytes) else b"" if body is None else (
            body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            if not isinstance(body, bytes):
                is_text = isinstance(body, str)
                self.send_header("content-type", "text/html" if is_text else "application/json")
            self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--anon-key", default="sb_publishable_simulated")
    parser.add_argument("--secret-key", default="sb_secret_simulated")
    parser.add_argument("--jwt-secret", default="a shared secret of forty characters or so")
    parser.add_argument("--database", default="")
    Handler.auth = Auth(parser.parse_args())
    Server(("127.0.0.1", Handler.auth.options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
