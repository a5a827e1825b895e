"""Uploads of 1 MB by many clients at once, each answer's digest compared, every tenth file read back.

uploads.py ORIGIN CLIENTS UPLOADS-EACH GATEWAY-PID
"""

import hashlib
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse

origin, clients, each, gateway = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
address = urllib.parse.urlparse(origin).netloc
faults, latencies, lock = [], [], threading.Lock()


def memory(field):
    with open(f"/proc/{gateway}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1024


def sign_up(connection, number):
    body = json.dumps({"email": f"envoi-{number}-{os.getpid()}@exemple.fr",
                       "password": "huit vaches bleues"})
    connection.request("POST", "/api/auth/signup", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders()
                     if name.lower() == "set-cookie")


def upload(connection, cookie, number):
    content = b"%PDF-1.4\n" + os.urandom((1 << 20) - 9)
    boundary = "limite" + os.urandom(8).hex()
    head = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="f{number}.pdf"\r\nContent-Type: application/pdf\r\n\r\n').encode()
    body = head + content + f"\r\n--{boundary}--\r\n".encode()
    start = time.monotonic()
    connection.request("POST", "/api/documents", body, {
        "Cookie": cookie, "Content-Type": "multipart/form-data; boundary=" + boundary})
    answer = connection.getresponse()
    made = json.loads(answer.read())
    with lock:
        latencies.append(time.monotonic() - start)
    right = hashlib.sha256(content).hexdigest()
    if answer.status != 201 or made.get("sha256") != right:
        return f"{answer.status} {made}"
    if number % 10 == 0:
        connection.request("GET", f"/api/documents/{made['id']}/content", headers={"Cookie": cookie})
        answer = connection.getresponse()
        if hashlib.sha256(answer.read()).hexdigest() != right:
            return "read back: another digest"
    return None


def client(number):
    try:
        connection = http.client.HTTPConnection(address, timeout=120)
        cookie = sign_up(connection, number)
        for index in range(each):
            fault = upload(connection, cookie, index)
            if fault:
                with lock:
                    faults.append(fault)
    except Exception as error:  # Whatever it is, the run has failed.
        with lock:
            faults.append(repr(error))


before = memory("VmRSS")
start = time.monotonic()
threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = time.monotonic() - start
latencies.sort()
print(json.dumps({
    "uploads": len(latencies), "faults": len(faults), "first_faults": faults[:3],
    "seconds": round(seconds, 1), "per_second": round(len(latencies) / seconds, 1),
    "p95_ms": round(latencies[int(len(latencies) * 0.95)] * 1000) if latencies else None,
    "rss_before_mb": round(before), "rss_after_mb": round(memory("VmRSS")),
    "rss_peak_mb": round(memory("VmHWM")),
}))
sys.exit(bool(faults) or len(latencies) != clients * each)
