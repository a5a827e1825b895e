import Foundation
import Testing

/// `Idempotency-Key` with files: what is uploaded twice is stored once, whatever died in between.
@Suite(.serialized) struct DocumentRetryTests {
  private func upload(
    _ stack: Stack, _ family: Stack.Family, _ content: Data, key: String,
    name: String = "lettre.pdf", path: String = "/api/documents"
  ) throws -> WireClient.Response {
    let head = "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
    return try stack.client.request(
      "POST", path,
      headers: [
        "Cookie": family.cookie, "Content-Type": "multipart/form-data; boundary=X",
        "Idempotency-Key": key,
      ], body: Data(head.utf8) + content + Data("\r\n--X--\r\n".utf8))
  }

  private func pdf(_ size: Int) -> Data {
    Data("%PDF-1.4\n".utf8) + Data((9..<size).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }

  private func count(_ stack: Stack, _ family: Stack.Family) throws -> Int? {
    (try stack.get("/api/documents", family).json["documents"] as? [Any])?.count
  }

  /// As if the gateway had died before it wrote down what it answered.
  private func forgetAnswer(_ family: Stack.Family) throws {
    try Stack.sql(
      """
      update idempotency_keys set status = null, body = null, locked_until = now()
      where user_id = '\(family.id)'
      """)
  }

  @Test func aFileThatIsSentAgainIsStoredOnce() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    for (number, size) in [1000, 600_000].enumerated() {
      let key = UUID().uuidString
      let first = try upload(stack, family, pdf(size), key: key)
      #expect(first.status == 201 && first.header("idempotent-replayed") == nil, "\(first.text)")
      let again = try upload(stack, family, pdf(size), key: key)
      #expect(again.status == 201 && again.body == first.body)
      #expect(again.header("idempotent-replayed") == "true")
      #expect(again.header("location") == first.header("location"))
      for other in [
        try upload(stack, family, pdf(size + 1), key: key),
        try upload(stack, family, pdf(size), key: key, name: "autre.pdf"),
      ] {
        #expect(other.status == 422 && other.code == "idempotency_mismatch", "\(other.text)")
      }
      #expect(try count(stack, family) == number + 1)
    }
    let refused = try upload(stack, family, pdf(10), key: "a b")
    #expect(refused.faults == ["Idempotency-Key invalid_characters"], "\(refused.text)")
  }

  @Test func aRetryFindsWhatTheRequestThatDiedHadStored() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let key = UUID().uuidString
    var stored = try upload(stack, family, pdf(600_000), key: key)
    for deletes in [false, true, false] {
      try forgetAnswer(family)
      if deletes {
        let location = try #require(stored.header("location"))
        #expect(try stack.send("DELETE", location, nil, as: family).status == 204)
      }
      let again = try upload(stack, family, pdf(600_000), key: key)
      #expect(again.status == 201, "\(again.text)")
      #expect(again.header("idempotent-replayed") == nil)
      #expect((again.json["id"] as? String == stored.json["id"] as? String) != deletes)
      #expect(try count(stack, family) == 1)
      stored = again
    }
    let content = try stack.get("\(stored.header("location") ?? "")/content", family)
    #expect(content.body == pdf(600_000))
  }

  @Test func aReadingThatIsAskedForAgainAsksNobody() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let png = try #require(
      Data(
        base64Encoded:
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9a"
          + "wAAAABJRU5ErkJggg=="))
    let path = "/api/chat/analyze-document"
    let key = UUID().uuidString
    let first = try upload(stack, family, png, key: key, name: "a.png", path: path)
    #expect(first.status == 200, "\(first.text)")
    let id = try #require(first.json["document_id"] as? String)
    let byID = UUID().uuidString
    let named = try stack.send(
      "POST", path, ["document_id": id], as: family, headers: ["Idempotency-Key": byID])
    #expect(named.status == 200 && named.header("idempotent-replayed") == nil, "\(named.text)")
    // A letter is no question: the cache of answers has nothing to do with it.
    #expect(try stack.metric("phoenix_ai_cache_requests_total") == 0)
    // Nobody is left to ask.
    stack.killWorker(0)
    let again = try upload(stack, family, png, key: key, name: "a.png", path: path)
    #expect(again.status == 200 && again.body == first.body, "\(again.text)")
    #expect(again.header("idempotent-replayed") == "true")
    let namedAgain = try stack.send(
      "POST", path, ["document_id": id], as: family, headers: ["Idempotency-Key": byID])
    #expect(namedAgain.status == 200 && namedAgain.body == named.body)
    #expect(try count(stack, family) == 1)
  }
}
