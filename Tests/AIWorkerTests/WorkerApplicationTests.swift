import AIWorker
import NIOHTTP1
import ServiceHost
import Telemetry
import Testing
import WorkerAPI

@Suite struct WorkerApplicationTests {
  private let question = #"{"message":"Quel est le montant de l'AAH ?"}"#

  @Test func answersInJSONThenFromTheCache() async throws {
    try await LiveWorker.with { worker in
      let first = try await worker.post("/api/chat/send", question)
      #expect(first.status == 200)
      #expect(first.headers.first(name: "content-type") == "application/json")
      #expect(first.headers.first(name: "x-cache") == "miss")
      let made = try WorkerJSON.decode(ChatSendAnswer.self, from: first.body)
      #expect(made.answer == "Réponse à : Quel est le montant de l'AAH ?" && !made.cached)
      let second = try await worker.post("/api/chat/send", question)
      #expect(second.headers.first(name: "x-cache") == "hit")
      let kept = try WorkerJSON.decode(ChatSendAnswer.self, from: second.body)
      #expect(kept.cached && kept.answer == made.answer && kept.usage == .zero)
      #expect(kept.tokensSaved == 15)
    }
  }

  @Test func streamsEventsThatEndInDone() async throws {
    try await LiveWorker.with { worker in
      for outcome in [CacheOutcome.miss, .hit] {
        let reply = try await worker.post(
          "/api/chat/send", question, headers: [("Accept", "text/event-stream")])
        #expect(reply.status == 200)
        #expect(reply.headers.first(name: "content-type") == "text/event-stream; charset=utf-8")
        #expect(reply.headers.first(name: "x-cache") == outcome.rawValue)
        var parser = ServerSentEventParser()
        let events = try parser.feed(reply.body).compactMap { try ChatEvent($0) }
        #expect(events.first == .start(ChatStart(cache: outcome)))
        guard case .done(let answer)? = events.last else {
          Issue.record("a stream must end in done")
          continue
        }
        #expect(answer.cache == outcome && answer.sources.map(\.slug) == ["s"])
      }
    }
  }

  @Test func noStoreBypassesTheCache() async throws {
    try await LiveWorker.with { worker in
      for _ in 0..<2 {
        let reply = try await worker.post(
          "/api/chat/send", question, headers: [("Cache-Control", "no-store")])
        #expect(reply.headers.first(name: "x-cache") == "bypass")
      }
      #expect(worker.service.stats.entries == 0)
    }
  }

  @Test func refusesBadInputAsAProblem() async throws {
    let long = String(repeating: "a", count: 4001)
    let deep = String(repeating: "[", count: 100_000)
    let cases: [(body: [UInt8], status: Int, code: String, field: String?)] = [
      (Array("{".utf8), 400, "malformed_json", nil),
      (Array("".utf8), 400, "malformed_json", nil),
      (Array(deep.utf8), 400, "malformed_json", nil),
      (Array(#"{"message":"#.utf8) + [0x22, 0xFF, 0x22, 0x7D], 400, "malformed_json", nil),
      (Array("[]".utf8), 422, "validation_failed", ""),
      (Array("{}".utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":3}"#.utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":null}"#.utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":""}"#.utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":"\#(long)"}"#.utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":"a\u0000b"}"#.utf8), 422, "validation_failed", "message"),
      (Array(#"{"message":"a","consent":"oui"}"#.utf8), 422, "validation_failed", "consent"),
      (
        Array(#"{"message":"a","history":[{"role":"system","content":"b"}]}"#.utf8), 422,
        "validation_failed", "history[0].role"
      ),
      (
        Array(#"{"message":"a","options":{"max_sources":99}}"#.utf8), 422, "validation_failed",
        "options.max_sources"
      ),
    ]
    try await LiveWorker.with { worker in
      for (body, status, code, field) in cases {
        let reply = try await worker.send(
          .POST, "/api/chat/send", body: body, headers: [("Content-Type", "application/json")])
        let name = String(decoding: body.prefix(60), as: UTF8.self)
        #expect(reply.status == status, "\(name)")
        #expect(reply.headers.first(name: "content-type") == "application/problem+json")
        #expect(reply.text.contains(#""code":"\#(code)""#), "\(name): \(reply.text)")
        if let field { #expect(reply.text.contains(#""field":"\#(field)""#), "\(reply.text)") }
        let id = try #require(reply.headers.first(name: "x-request-id"))
        #expect(reply.text.contains(#""request_id":"\#(id)""#))
      }
      #expect(try await worker.get("/health").status == 200)
    }
  }

  @Test func refusesWhatIsTooLarge() async throws {
    try await LiveWorker.with { worker in
      let body = #"{"message":"\#(String(repeating: "a", count: 5 << 20))"}"#
      let reply = try await worker.post("/api/chat/send", body)
      #expect(reply.status == 413 && reply.text.contains("body_too_large"))
    }
  }

  @Test func refusesOtherTypesMethodsAndPaths() async throws {
    try await LiveWorker.with { worker in
      let type = try await worker.send(
        .POST, "/api/chat/send", body: Array(question.utf8),
        headers: [("Content-Type", "text/plain")])
      #expect(type.status == 415)
      let method = try await worker.get("/api/chat/send")
      #expect(method.status == 405 && method.headers.first(name: "allow") == "POST")
      #expect(try await worker.get("/api/chat/nothing").status == 404)
    }
  }

  @Test func asksForTheTokenOnEveryRoute() async throws {
    try await LiveWorker.with(token: "secret") { worker in
      for path in ["/health", "/metrics", "/api/chat/stats", "/unknown"] {
        #expect(try await worker.get(path).status == 401, "\(path)")
      }
      #expect(try await worker.post("/api/chat/send", question).status == 401)
      for wrong in ["Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret"] {
        let reply = try await worker.get("/health", headers: [("Authorization", wrong)])
        #expect(reply.status == 401, "\(wrong)")
        #expect(reply.headers.first(name: "www-authenticate") == "Bearer")
      }
      #expect(worker.told.authenticationFailures == 10)
      let right = [("Authorization", "Bearer secret")]
      #expect(try await worker.get("/health", headers: right).status == 200)
      #expect(try await worker.post("/api/chat/send", question, headers: right).status == 200)
    }
  }

  @Test func tellsHealthStatsAndMetrics() async throws {
    try await LiveWorker.with { worker in
      #expect(try await worker.get("/health").text == #"{"status":"ok","cache_hit_rate":0.0}"#)
      for _ in 0..<4 { _ = try await worker.post("/api/chat/send", question) }
      let health = try WorkerJSON.decode(
        WorkerHealth.self, from: try await worker.get("/health").body)
      #expect(health == WorkerHealth(status: "ok", cacheHitRate: 0.75))
      let stats = try WorkerJSON.decode(
        ChatStats.self, from: try await worker.get("/api/chat/stats").body)
      #expect(stats.hits == 3 && stats.misses == 1 && stats.entries == 1 && stats.inFlight == 0)
      #expect(stats.model == "scripted" && stats.corpusVersion == "v1")
      let metrics = try await worker.get("/metrics", headers: [("Accept", "text/plain")])
      #expect(metrics.text == "# text/plain\n")
      worker.readiness.drain()
      let draining = try await worker.get("/health")
      #expect(draining.status == 503 && draining.text.contains(#""status":"draining""#))
    }
  }

  @Test(arguments: ["POST", "DELETE"])
  func forgetsAUser(_ method: String) async throws {
    try await LiveWorker.with { worker in
      let mine = #"{"message":"mon fils Lucas","user_id":"ABC"}"#
      let theirs = #"{"message":"mon fils Lucas","user_id":"def"}"#
      for body in [mine, theirs] { _ = try await worker.post("/api/chat/send", body) }
      let reply = try await worker.post(
        "/api/chat/forget", #"{"user_id":"abc"}"#, method: .init(rawValue: method))
      #expect(reply.status == 200 && reply.text == #"{"forgotten":1}"#)
      #expect(
        try await worker.post("/api/chat/send", mine).headers.first(name: "x-cache") == "miss")
      #expect(
        try await worker.post("/api/chat/send", theirs).headers.first(name: "x-cache") == "hit")
    }
  }

  @Test func aFailureIsAProblemAndIsNotKept() async throws {
    let failing = ScriptedGenerator { _, _ in throw ChatFailure(code: "down", message: "internal") }
    try await LiveWorker.with(failing) { worker in
      for _ in 0..<2 {
        let reply = try await worker.post("/api/chat/send", question)
        #expect(reply.status == 502 && reply.text.contains("generation_failed"))
        #expect(!reply.text.contains("internal"))
      }
      #expect(failing.count == 2)
    }
  }

  /// The work of a client that left is cancelled; that of one who shares it goes on.
  @Test func aClientThatLeavesCancelsOnlyItsOwnWork() async throws {
    let gate = Gate()
    let slow = ScriptedGenerator { _, _ in
      try await gate.pass()
      return GeneratedAnswer(text: "fini", sources: [], model: "scripted", usage: .zero)
    }
    try await LiveWorker.with(slow) { worker in
      func ask() async throws -> LiveWorker.Exchange {
        try await worker.open(
          .POST, "/api/chat/send", body: Array(question.utf8),
          headers: [("Content-Type", "application/json"), ("Accept", "text/event-stream")])
      }
      let alone = try await ask()
      #expect(await eventually { await gate.held == 1 })
      await alone.leave()
      #expect(await eventually { worker.service.stats.inFlight == 0 })

      let one = try await ask()
      #expect(await eventually { await gate.held == 1 })
      let other = try await ask()
      #expect(await eventually { worker.service.stats.coalesced == 1 })
      await one.leave()
      #expect(await eventually { worker.told.finished.count { $0.status == 499 } == 2 })
      await gate.open()
      let reply = try await other.reply()
      #expect(reply.text.contains("event: done") && slow.count == 2)
    }
  }

  @Test func tellsEveryRequestOnce() async throws {
    try await LiveWorker.with { worker in
      _ = try await worker.post(
        "/api/chat/send", question, headers: [("X-Request-Id", "abc-1")])
      _ = try await worker.post("/api/chat/send", "{")
      _ = try await worker.get("/nowhere?a=b")
      #expect(await eventually { worker.told.finished.count == 3 })
      let records = worker.told.finished
      #expect(worker.told.begun == 3)
      #expect(records.map(\.status).sorted() == [200, 400, 404])
      let answered = try #require(records.first { $0.status == 200 })
      #expect(answered.requestID.text == "abc-1" && answered.cache == .miss)
      #expect(answered.route == "/api/chat/send" && answered.tokens == 15)
      let unknown = try #require(records.first { $0.status == 404 })
      #expect(unknown.route == "unmatched" && unknown.path == "/nowhere")
      #expect(unknown.errorCode == "not_found")
    }
  }
}
