import Foundation
import Testing

/// Where a request's time went: its parts are the whole, wherever they are told.
@Suite(.serialized) struct StageTests {
  private static let parts = ["auth", "db", "queue", "ai", "render"]
  /// Of the whole, what the parts may miss or count twice.
  private static let shareMax = 0.05
  /// Milliseconds that rounding may take or add.
  private static let roundingMax = 0.005

  private func isWhole(_ sum: Double, _ total: Double) -> Bool {
    abs(sum - total) <= max(total * Self.shareMax, Self.roundingMax)
  }

  /// `auth;dur=0.044, db;dur=…` in milliseconds.
  private func timing(_ response: WireClient.Response) throws -> [String: Double] {
    let header = try #require(response.header("server-timing"))
    var timing: [String: Double] = [:]
    for entry in header.split(separator: ",") {
      let sides = entry.split(separator: ";")
      let name = sides.first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
      timing[name] = sides.last.flatMap { Double($0.dropFirst("dur=".count)) }
    }
    return timing
  }

  @Test func thePartsOfARequestAreTheWhole() throws {
    let stack = try Stack(workers: 1, gateway: [:])
    let family = try stack.signUp()
    let session = ["Cookie": family.cookie]
    let question = "Quel est le montant de l'AEEH ?"
    let file = Data(("%PDF-1.4\n" + String(repeating: "x", count: 60_000) + "\n%%EOF").utf8)
    var upload = Data(
      ("--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n"
        + "Content-Type: application/pdf\r\n\r\n").utf8)
    upload.append(file)
    upload.append(Data("\r\n--X--\r\n".utf8))
    let answers = [
      (
        "login",
        try stack.client.post(
          "/api/auth/login", ["email": family.email, "password": family.password])
      ),
      ("miss", try stack.ask(question, family)), ("hit", try stack.ask(question, family)),
      ("history", try stack.get("/api/chat/history?limit=20", family)),
      (
        "upload",
        try stack.client.request(
          "POST", "/api/documents",
          headers: session.merging(["Content-Type": "multipart/form-data; boundary=X"]) { $1 },
          body: upload)
      ),
      ("stream", try stack.ask(question, family, headers: ["Accept": "text/event-stream"])),
    ]
    for (name, answer) in answers {
      #expect((200...201).contains(answer.status), "\(name): \(answer.text)")
      let timing = try timing(answer)
      let sum = Self.parts.reduce(0) { $0 + (timing[$1] ?? -1) }
      let total = try #require(timing["total"])
      #expect(total > 0 && isWhole(sum, total), "\(name): \(timing)")
    }
    #expect(try timing(answers[0].1)["auth"] ?? 0 > 1, "a password is hashed")
    #expect(try timing(answers[2].1)["db"] ?? 0 > 0.1, "a message is stored")

    try stack.wait("every line is written", seconds: 5) {
      stack.logLines("gateway.request").count >= answers.count + 1
    }
    let lines = stack.logLines("gateway.request")
    for line in lines {
      let sum = Self.parts.reduce(0) { $0 + (line["\($1)_ms"] as? Double ?? -1) }
      let whole = try #require(line["duration_ms"] as? Double)
      #expect(isWhole(sum, whole), "\(line)")
    }
    // Readiness is asked while the stack starts, before the first family.
    let told = try stack.metric("phoenix_stage_duration_seconds_sum")
    let whole = try stack.metric("phoenix_http_request_duration_seconds_sum")
    #expect(whole > 0.01 && abs(told - whole) <= whole * Self.shareMax, "\(told) of \(whole) s")
  }
}
