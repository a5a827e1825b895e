import Foundation
import Testing

/// `Idempotency-Key`: what is sent twice is made once, and the AI asked once.
@Suite(.serialized) struct IdempotencyTests {
  private func withWorker(
    _ settings: [String: String] = [:], _ body: (Stack, RecordingWorker) throws -> Void
  ) throws {
    let worker = try RecordingWorker()
    defer { worker.stop() }
    let stack = try Stack(
      workers: 0, gateway: settings.merging(["PHOENIX_AI_WORKERS": worker.url]) { a, _ in a })
    try body(stack, worker)
  }

  @Test func aProcedureThatIsSentAgainIsTheSameOne() throws {
    try withWorker { stack, _ in
      let family = try stack.signUp()
      let draft = ["type": "aah", "title": "AAH"]
      let key = ["Idempotency-Key": UUID().uuidString]
      let first = try stack.send("POST", "/api/procedures", draft, as: family, headers: key)
      #expect(first.status == 201 && first.header("idempotent-replayed") == nil)
      let again = try stack.send("POST", "/api/procedures", draft, as: family, headers: key)
      #expect(again.status == 201 && again.body == first.body)
      #expect(again.header("idempotent-replayed") == "true")
      #expect(again.header("location") == first.header("location"))
      #expect(again.header("etag") == first.header("etag"))
      let other = try stack.send(
        "POST", "/api/procedures", ["type": "aah", "title": "autre"], as: family, headers: key)
      #expect(other.status == 422 && other.code == "idempotency_mismatch", "\(other.text)")
      // The key of another route, and of another user.
      #expect(
        try stack.send(
          "POST", "/api/chat/message", ["message": "AAH ?"], as: family, headers: key
        ).code == "idempotency_mismatch")
      let second = try stack.signUp()
      let theirs = try stack.send("POST", "/api/procedures", draft, as: second, headers: key)
      #expect(theirs.status == 201 && theirs.json["id"] as? String != first.json["id"] as? String)
      #expect((try stack.get("/api/procedures", family).json["procedures"] as? [Any])?.count == 1)
    }
  }

  @Test func aFaultyRequestLeavesItsKeyFree() throws {
    try withWorker { stack, _ in
      let family = try stack.signUp()
      let key = ["Idempotency-Key": "k-\(UUID().uuidString)"]
      #expect(
        try stack.send("POST", "/api/procedures", ["type": "x"], as: family, headers: key).status
          == 422)
      #expect(
        try stack.send(
          "POST", "/api/chat/message",
          ["message": "?", "conversation_id": "01990f5e-7c1a-7b3e-8f00-1234567890ab"], as: family,
          headers: key
        ).status == 404)
      #expect(
        try stack.send(
          "POST", "/api/procedures", ["type": "x", "title": "y"], as: family, headers: key
        ).status == 201)
      for bad in ["a b", "é", String(repeating: "k", count: 256)] {
        let refused = try stack.send(
          "POST", "/api/procedures", ["type": "x", "title": "y"], as: family,
          headers: ["Idempotency-Key": bad])
        #expect(refused.faults == ["Idempotency-Key invalid_characters"], "\(bad.prefix(9))")
      }
    }
  }

  @Test func aQuestionThatIsSentAgainAsksNobody() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      let key = ["Idempotency-Key": UUID().uuidString]
      let first = try stack.ask("Bonjour Zoé Martin", family, headers: key)
      #expect(first.status == 200, "\(first.text)")
      let again = try stack.ask("Bonjour Zoé Martin", family, headers: key)
      #expect(again.body == first.body)
      #expect(again.header("x-cache") == "miss")
      #expect(worker.asked.count == 1)
      let streamed = try stack.ask(
        "Bonjour Zoé Martin", family,
        headers: key.merging(["Accept": "text/event-stream"]) { a, _ in a })
      #expect(streamed.header("content-type")?.hasPrefix("text/event-stream") == true)
      for event in ["event: start", "event: delta", "event: sources", "event: done"] {
        #expect(streamed.text.components(separatedBy: event).count == 2, "\(event)")
      }
      #expect(streamed.text.contains("data: \(first.text)\n"))
      #expect(worker.asked.count == 1)
      let history = try stack.get("/api/chat/history", family).json
      #expect((history["messages"] as? [Any])?.count == 2)
      // What is reset is not kept for retries either.
      #expect(try stack.send("DELETE", "/api/chat/reset?all=true", as: family).status == 200)
      #expect(
        try Stack.sql("select count(*) from idempotency_keys where user_id = '\(family.id)'") == "0"
      )
    }
  }

  @Test func aQuestionThatFailedIsAskedAgainAndSavedOnce() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      let key = ["Idempotency-Key": UUID().uuidString]
      worker.answer(status: 500)
      #expect(try stack.ask("Bonjour Zoé Martin", family, headers: key).status == 502)
      worker.answer()
      let second = try stack.ask("Bonjour Zoé Martin", family, headers: key)
      #expect(second.status == 200 && second.header("idempotent-replayed") == nil)
      let history = try stack.get("/api/chat/history", family).json
      let messages = try #require(history["messages"] as? [[String: Any]])
      #expect(messages.map { $0["role"] as? String } == ["user", "assistant"])
    }
  }

  /// The first try saved its answer and died before it could say so.
  @Test func aClaimThatWasLeftIsTakenOverAndFindsTheAnswer() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      let key = UUID().uuidString
      let first = try stack.ask("Bonjour Zoé Martin", family, headers: ["Idempotency-Key": key])
      try Stack.sql(
        """
        update idempotency_keys set status = null, body = null, locked_until = now()
        where user_id = '\(family.id)' and key = '\(key)'
        """)
      let again = try stack.ask("Bonjour Zoé Martin", family, headers: ["Idempotency-Key": key])
      #expect(again.status == 200, "\(again.text)")
      let message = try #require(again.json["message"] as? [String: Any])
      let before = try #require(first.json["message"] as? [String: Any])
      #expect(NSDictionary(dictionary: message) == NSDictionary(dictionary: before))
      #expect(again.json["model"] as? String == "recorded")
      #expect((again.json["usage"] as? [String: Any])?["total_tokens"] as? Int == 0)
      #expect(worker.asked.count == 1)
    }
  }

  /// Sends a question without waiting for its answer.
  private func begin(
    _ message: [String: String], _ family: Stack.Family, key: String? = nil, on client: WireClient
  ) throws {
    let body = try JSONSerialization.data(withJSONObject: message)
    var head = "POST /api/chat/message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    if let key { head += "Idempotency-Key: \(key)\r\n" }
    head += "Cookie: \(family.cookie)\r\nContent-Length: \(body.count)\r\n\r\n"
    try client.send(Data(head.utf8) + body)
  }

  /// The phone on the train: the client is gone before the answer is there.
  @Test func aClientThatLeftFindsItsQuestionOnceWhenItComesBack() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      worker.answer(after: 2)
      let client = stack.client
      try begin(["message": "Bonjour Zoé Martin"], family, key: "train", on: client)
      try stack.wait("the first is asked", seconds: 10) { worker.asked.count == 1 }
      client.close()
      worker.answer()
      var answer: WireClient.Response?
      try stack.wait("the key is let go, well before its lock ends", seconds: 10) {
        answer = try? stack.ask("Bonjour Zoé Martin", family, headers: ["Idempotency-Key": "train"])
        return answer?.code != "idempotency_in_progress"
      }
      #expect(answer?.status == 200, "\(answer?.text ?? "")")
      let messages = try #require(
        try stack.get("/api/chat/history", family).json["messages"] as? [[String: Any]])
      #expect(messages.map { $0["role"] as? String } == ["user", "assistant"])
      let list = try stack.get("/api/chat/conversations", family).json
      #expect((list["conversations"] as? [Any])?.count == 1)
    }
  }

  @Test func whileTheFirstIsUnderWayTheSecondIsToldSo() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      let key = ["Idempotency-Key": UUID().uuidString]
      worker.answer(after: 1.5)
      let client = stack.client
      try begin(
        ["message": "Bonjour Zoé Martin"], family, key: key["Idempotency-Key"], on: client)
      try stack.wait("the first is asked", seconds: 10) { worker.asked.count == 1 }
      let second = try stack.ask("Bonjour Zoé Martin", family, headers: key)
      #expect(second.status == 409 && second.code == "idempotency_in_progress", "\(second.text)")
      #expect(second.header("retry-after") == "1")
      let first = try client.read()
      #expect(first.status == 200)
      let third = try stack.ask("Bonjour Zoé Martin", family, headers: key)
      #expect(third.body == first.body && worker.asked.count == 1)
    }
  }

  @Test func ofRequestsAtOnceOneMakesTheRow() throws {
    try withWorker { stack, _ in
      let family = try stack.signUp()
      let answers = try stack.atOnce(
        12, "POST", "/api/procedures", ["type": "aah", "title": "AAH"],
        headers: ["Cookie": family.cookie, "Idempotency-Key": "at-once"])
      #expect(answers.allSatisfy { $0.status == 201 || $0.code == "idempotency_in_progress" })
      #expect(Set(answers.compactMap { $0.json["id"] as? String }).count == 1)
      #expect((try stack.get("/api/procedures", family).json["procedures"] as? [Any])?.count == 1)
    }
  }

  /// The conversation is gone when its answer comes: nothing to save it in, and no fault of ours.
  @Test func anAnswerToWhatWasResetIsNotFound() throws {
    try withWorker { stack, worker in
      let family = try stack.signUp()
      let conversation = try #require(
        try stack.ask("Bonjour Zoé Martin", family).json["conversation_id"] as? String)
      worker.answer(after: 1)
      let client = stack.client
      try begin(
        ["message": "Et Léa Durand ?", "conversation_id": conversation], family, on: client)
      try stack.wait("the second is asked", seconds: 10) { worker.asked.count == 2 }
      #expect(try stack.send("DELETE", "/api/chat/reset?all=true", as: family).status == 200)
      let answer = try client.read()
      #expect(answer.status == 404 && answer.code == "not_found", "\(answer.text)")
      #expect(
        (try stack.get("/api/chat/history", family).json["messages"] as? [Any])?.isEmpty == true)
      #expect(try stack.get("/readyz").status == 200)
    }
  }

  @Test func aSignUpThatIsSentAgainSignsIn() throws {
    try withWorker { stack, _ in
      let body: [String: Any] = [
        "email": "deux-\(UUID().uuidString.lowercased())@exemple.fr",
        "password": "quatre chevaux verts", "consents": ["gemini": true],
      ]
      let key = ["Idempotency-Key": UUID().uuidString]
      func signUp(_ body: [String: Any], _ key: [String: String]) throws -> WireClient.Response {
        try stack.send("POST", "/api/auth/signup", body, headers: key)
      }
      let first = try signUp(body, key)
      let again = try signUp(body, key)
      #expect(first.status == 201 && again.status == 201, "\(again.text)")
      let id = (first.json["user"] as? [String: Any])?["id"] as? String
      #expect((again.json["user"] as? [String: Any])?["id"] as? String == id)
      let cookie = ["Cookie": Stack.cookies(again)]
      #expect(try stack.client.request("GET", "/api/auth/me", headers: cookie).status == 200)
      var wrong = body
      wrong["password"] = "cinq chevaux rouges"
      var named = body
      named["name"] = "Zoé"
      #expect(try signUp(wrong, key).code == "email_taken")
      #expect(try signUp(named, key).code == "email_taken")
      #expect(try signUp(body, ["Idempotency-Key": "another"]).code == "email_taken")
      #expect(try signUp(body, [:]).code == "email_taken")
    }
  }
}
