import Foundation
import Glibc
import Synchronization
import Testing

/// Documents as a family's client meets them: the gateway, its database and a worker as processes.
@Suite(.serialized) struct DocumentTests {
  private func pdf(_ size: Int) -> Data {
    var data = Data("%PDF-1.4\n".utf8)
    data.append(
      contentsOf: (data.count..<max(data.count, size)).map { _ in UInt8.random(in: 0...255) })
    return data
  }

  private func multipart(_ content: Data, name: String = "lettre.pdf", type: String? = nil) -> Data
  {
    var body = Data(
      "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8)
    if let type { body += Data("Content-Type: \(type)\r\n".utf8) }
    return body + Data("\r\n".utf8) + content + Data("\r\n--X--\r\n".utf8)
  }

  private func upload(
    _ stack: Stack, _ family: Stack.Family, _ body: Data, client: WireClient? = nil,
    path: String = "/api/documents"
  ) throws -> WireClient.Response {
    try (client ?? stack.client).request(
      "POST", path,
      headers: ["Cookie": family.cookie, "Content-Type": "multipart/form-data; boundary=X"],
      body: body)
  }

  private func sha256(_ data: Data) throws -> String {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    let writer = Thread {
      try? input.fileHandleForWriting.write(contentsOf: data)
      try? input.fileHandleForWriting.close()
    }
    writer.start()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return String(text.prefix(64))
  }

  /// Rows of one user, as that user may see them.
  private func rows(_ table: String, _ family: Stack.Family) throws -> Int {
    let environment = ProcessInfo.processInfo.environment
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: environment["PHOENIX_TEST_PSQL"] ?? "")
    process.arguments = [
      "-Atq", environment["PHOENIX_TEST_DATABASE_URL"] ?? "", "-c",
      """
      begin; set local role authenticated;
      set local request.jwt.claims = '{"sub":"\(family.id)","role":"authenticated"}';
      select count(*) from \(table) where user_id = '\(family.id)'; commit
      """,
    ]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return try #require(Int(text.split(separator: "\n").last ?? ""), "psql said: \(text)")
  }

  @Test func storesServesAndDeletesFiles() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    // Exactly a part, one byte more and less, and several parts.
    for size in [10, 262_143, 262_144, 262_145, 900_000] {
      let content = pdf(size)
      let stored = try upload(stack, family, multipart(content, type: "application/pdf"))
      #expect(stored.status == 201, "\(stored.text)")
      let id = try #require(stored.json["id"] as? String)
      #expect(stored.header("location") == "/api/documents/\(id)")
      #expect(stored.json["size_bytes"] as? Int == content.count)
      #expect(stored.json["sha256"] as? String == (try sha256(content)))
      #expect(stored.json["analysis"] is NSNull)
      let path = "/api/documents/\(id)/content"
      let whole = try stack.get(path, family)
      #expect(whole.status == 200 && whole.body == content)
      #expect(whole.header("x-content-type-options") == "nosniff")
      #expect(whole.header("content-disposition")?.hasPrefix("attachment; ") == true)
      for range in [0..<1, content.count / 2..<content.count, 3..<content.count - 1] {
        let part = try stack.client.request(
          "GET", path,
          headers: [
            "Cookie": family.cookie, "Range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)",
          ])
        #expect(part.status == 206)
        #expect(part.body == content.subdata(in: range))
        #expect(
          part.header("content-range")
            == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.count)")
      }
      let beyond = try stack.client.request(
        "GET", path, headers: ["Cookie": family.cookie, "Range": "bytes=\(content.count)-"])
      #expect(beyond.status == 416)
      #expect(beyond.header("content-range") == "bytes */\(content.count)")
      let tag = try #require(whole.header("etag"))
      let known = try stack.client.request(
        "GET", path, headers: ["Cookie": family.cookie, "If-None-Match": tag])
      #expect(known.status == 304 && known.body.isEmpty)
    }
    let first = try stack.get("/api/documents?limit=3", family).json
    let page = try #require(first["documents"] as? [[String: Any]])
    #expect(page.map { $0["size_bytes"] as? Int } == [900_000, 262_145, 262_144])
    let before = try #require(first["next_before"] as? String)
    let second = try stack.get("/api/documents?limit=3&before=\(before)", family).json
    #expect((second["documents"] as? [Any])?.count == 2 && second["next_before"] is NSNull)

    let id = try #require(page[0]["id"] as? String)
    // A stranger's and an unknown document answer alike.
    let stranger = try stack.signUp()
    for (path, asker) in [
      ("/api/documents/\(id)", stranger), ("/api/documents/\(id)/content", stranger),
      ("/api/documents/\(UUID().uuidString)", family), ("/api/documents/x/content", family),
    ] {
      let answer = try stack.get(path, asker)
      #expect(answer.status == 404 && answer.json["code"] as? String == "not_found")
    }
    func delete(_ asker: Stack.Family) throws -> Int {
      try stack.client.request(
        "DELETE", "/api/documents/\(id)", headers: ["Cookie": asker.cookie]
      ).status
    }
    #expect(try delete(stranger) == 404)
    #expect(try stack.get("/api/documents/\(id)", family).status == 200)
    #expect(try delete(family) == 204)
    #expect(try delete(family) == 404)
    #expect(try rows("documents", family) == 4)
    #expect(try rows("document_contents", family) == 1 + 1 + 1 + 2)
  }

  @Test func refusesWhatIsNoSuchFile() throws {
    let stack = try Stack(
      workers: 1,
      gateway: ["PHOENIX_UPLOAD_BYTES_MAX": "500KiB", "PHOENIX_USER_BYTES_MAX": "1MiB"])
    let family = try stack.signUp()
    func expect(
      _ body: Data, _ status: Int, _ code: String?,
      type: String = "multipart/form-data; boundary=X",
      _ location: SourceLocation = #_sourceLocation
    ) throws {
      let answer = try stack.client.request(
        "POST", "/api/documents", headers: ["Cookie": family.cookie, "Content-Type": type],
        body: body)
      #expect(answer.status == status, "\(answer.text)", sourceLocation: location)
      #expect(answer.json["code"] as? String == code, sourceLocation: location)
    }
    let png = Data([0x89]) + Data("PNG\r\n\u{1A}\n".utf8) + Data(repeating: 1, count: 40)
    try expect(multipart(Data("<html>bonjour tout le monde".utf8)), 415, "unsupported_file")
    try expect(multipart(png, type: "application/pdf"), 415, "unsupported_file")
    try expect(multipart(Data("%PDF".utf8)), 415, "unsupported_file")
    try expect(multipart(Data()), 422, "validation_failed")
    try expect(multipart(pdf(512_001)), 413, "body_too_large")
    try expect(multipart(pdf(900_000)), 413, "body_too_large")
    try expect(Data("--X\r\n".utf8), 400, "malformed_multipart")
    try expect(multipart(png).dropLast(6), 400, "malformed_multipart")
    try expect(multipart(png), 400, "malformed_multipart", type: "multipart/form-data")
    try expect(multipart(png), 415, "unsupported_media_type", type: "image/png")
    let json = "application/json"
    let encoded = png.base64EncodedString()
    let good = #"{"filename":"a.png","content_type":"image/png","content_base64":"\#(encoded)"}"#
    try expect(Data(good.dropLast().utf8), 400, "malformed_json", type: json)
    try expect(Data("[]".utf8), 422, "validation_failed", type: json)
    let other = good.replacing("image/png", with: "image/jpeg")
    try expect(Data(other.utf8), 415, "unsupported_file", type: json)
    let bad = good.replacing(encoded, with: "A===")
    try expect(Data(bad.utf8), 422, "validation_failed", type: json)
    // The quota of the family: two files of 400 KiB fit, the third does not; not even at once.
    let answers = Mutex<[Int]>([])
    let body = multipart(pdf(400 * 1024))
    let threads = (0..<5).map { _ in
      Thread {
        let status = (try? upload(stack, family, body))?.status ?? 0
        answers.withLock { $0.append(status) }
      }
    }
    for thread in threads { thread.start() }
    try stack.wait("all answered", seconds: 30) { answers.withLock { $0.count } == 5 }
    #expect(answers.withLock { $0.sorted() } == [201, 201, 413, 413, 413])
    let refused = try upload(stack, family, body)
    #expect(refused.status == 413 && refused.json["code"] as? String == "quota_exceeded")
    try expect(Data(good.utf8), 201, nil, type: json)
    #expect(try rows("documents", family) == 3)
    #expect(try rows("document_contents", family) == 5)
    #expect(stack.gateway.isRunning)
  }

  @Test func aClientThatVanishesLeavesNothing() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    for _ in 0..<12 {
      let client = stack.client
      try client.send(
        "POST /api/documents HTTP/1.1\r\nHost: a\r\nCookie: \(family.cookie)\r\n"
          + "Content-Type: multipart/form-data; boundary=X\r\nContent-Length: 3000000\r\n\r\n")
      try client.send(multipart(pdf(1_200_000)).dropLast(9))
      client.close()
    }
    try stack.wait("each is told once, as a client that left", seconds: 30) {
      stack.logLines("\"status\":499").count == 12
    }
    #expect(try rows("documents", family) == 0)
    #expect(try rows("document_contents", family) == 0)
    // The places of those that left are free again.
    for _ in 0..<6 {
      #expect(try upload(stack, family, multipart(pdf(600_000))).status == 201)
    }
    #expect(try rows("documents", family) == 6)
  }

  @Test func aHundredUploadsByTwentyClientsStaySmall() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let content = pdf(1 << 20)
    let digest = try sha256(content)
    let body = multipart(content)
    let done = Mutex((good: 0, bad: [String]()))
    let peak = Mutex(0)
    for _ in 0..<20 {
      Thread {
        let client = stack.client
        for _ in 0..<5 {
          do {
            let answer = try upload(stack, family, body, client: client)
            let isGood =
              answer.status == 201 && answer.json["sha256"] as? String == digest
            done.withLock { if isGood { $0.good += 1 } else { $0.bad.append(answer.text) } }
          } catch {
            done.withLock { $0.bad.append("\(error)") }
          }
        }
      }.start()
    }
    let process = stack.gateway.processIdentifier
    try stack.wait("all uploads ended", seconds: 120) {
      let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      let kilobytes = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
      peak.withLock { $0 = max($0, kilobytes) }
      return done.withLock { $0.good + $0.bad.count } == 100
    }
    #expect(done.withLock { $0.bad } == [])
    #expect(peak.withLock { $0 } > 0)
    #expect(peak.withLock { $0 } < 150 * 1024)
  }
}
