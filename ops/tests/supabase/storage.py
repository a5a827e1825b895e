"""Supabase Storage as a gateway meets it: upload, download with ranges, delete, list, one bucket, the
policy that the first folder of an object's name is its owner. Errors are 400 with the status they mean
as a string in the body.
"""

import json
import uuid


def error(status, code, kind, message):
    return 400, {"statusCode": str(status), "code": code, "error": kind, "message": message}


NOT_FOUND = error(404, "NoSuchKey", "not_found", "Object not found")


class Storage:
    """Objects of one bucket, by name."""

    def __init__(self, bucket):
        self.bucket, self.objects = bucket, {}
        self.settings = {"size_max": 50 << 20, "ranges": True, "deletable": True}

    def answer(self, method, path, user, headers, body):
        """Status, body (bytes of a file, or JSON) and header fields of a request after /storage/v1."""
        parts = path.strip("/").split("/")
        if parts[:1] != ["object"]:
            return (*error(400, "InvalidRequest", "InvalidRequest", "no such route"), {})
        if parts[1] == "list":
            return (*self.list(parts[2], user, json.loads(body)), {})
        if parts[1] == "authenticated":
            return self.read(parts[2], "/".join(parts[3:]), user, headers)
        bucket, name = parts[1], "/".join(parts[2:])
        if bucket != self.bucket:
            return (*error(404, "NoSuchBucket", "Bucket not found", "Bucket not found"), {})
        if method == "POST":
            return (*self.upload(name, user, headers, body), {})
        if method == "DELETE" and name:
            return (*self.delete(name, user), {})
        if method == "DELETE":
            return (*self.delete_many(json.loads(body)["prefixes"], user), {})
        return (*NOT_FOUND, {})

    @staticmethod
    def is_own(name, user):
        return user is not None and name.split("/")[0] == user

    def upload(self, name, user, headers, body):
        if not self.is_own(name, user):
            return error(403, "AccessDenied", "Unauthorized",
                         "new row violates row-level security policy")
        if name in self.objects:
            return error(409, "KeyAlreadyExists", "Duplicate", "The resource already exists")
        if len(body) > self.settings["size_max"]:
            return error(413, "EntityTooLarge", "Payload too large",
                         "The object exceeded the maximum allowed size")
        self.objects[name] = (headers.get("content-type"), body)
        return 200, {"Id": str(uuid.uuid4()), "Key": f"{self.bucket}/{name}"}

    def read(self, bucket, name, user, headers):
        # Hidden by a policy is not found.
        if bucket != self.bucket or name not in self.objects or not self.is_own(name, user):
            return (*NOT_FOUND, {})
        kind, body = self.objects[name]
        wanted = headers.get("range")
        if not wanted or not self.settings["ranges"]:
            return 200, body, {"content-type": kind}
        first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        fields = {"content-type": kind, "content-range": f"bytes {first}-{last}/{len(body)}"}
        return 206, body[first:last + 1], fields

    def delete(self, name, user):
        # What a policy keeps from being deleted is answered as what is not there.
        if (name not in self.objects or not self.is_own(name, user)
                or not self.settings["deletable"]):
            return NOT_FOUND
        del self.objects[name]
        return 200, {"message": "Successfully deleted"}

    def delete_many(self, names, user):
        if not self.settings["deletable"]:
            return 200, []
        own = [name for name in names if name in self.objects and self.is_own(name, user)]
        for name in own:
            del self.objects[name]
        return 200, [{"name": name} for name in own]

    def list(self, bucket, user, wish):
        prefix = wish["prefix"]
        if bucket != self.bucket:
            return error(404, "NoSuchBucket", "Bucket not found", "Bucket not found")
        names = sorted(name for name in self.objects
                       if name.startswith(prefix) and self.is_own(name, user))
        page = names[wish["offset"]:wish["offset"] + wish["limit"]]
        return 200, [{"name": name.removeprefix(prefix), "id": str(uuid.uuid4())} for name in page]
