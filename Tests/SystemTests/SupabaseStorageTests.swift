import Foundation
import Testing

/// Documents whose bytes are in Supabase Storage.
@Suite(.serialized) struct SupabaseStorageTests {
  private func bed(_ gateway: [String: String] = [:]) throws -> (HomeStack, SupabaseSimulator) {
    let bed = try HomeStack(
      .supabase, gateway: ["SUPABASE_STORAGE_BUCKET": "documents"] + gateway)
    return (bed, try #require(bed.simulator))
  }

  private func pdf(_ size: Int) -> Data {
    Data("%PDF-1.4\n".utf8) + Data((9..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 / 7) })
  }

  private func head(_ family: Stack.Family) -> [String: String] {
    ["Cookie": family.cookie, "Content-Type": "multipart/form-data; boundary=X"]
  }

  private let opening = Data(
    "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".utf8)

  private func upload(
    _ stack: Stack, _ family: Stack.Family, _ content: Data
  ) throws -> WireClient.Response {
    try stack.client.request(
      "POST", "/api/documents", headers: head(family),
      body: opening + content + Data("\r\n--X--\r\n".utf8))
  }

  private func objects(_ simulator: SupabaseSimulator) throws -> [String] {
    try simulator.control([:])["objects"] as? [String] ?? []
  }

  @Test(arguments: [true, false])
  func aFileGoesThereAndComesBack(_ hasRanges: Bool) throws {
    let (bed, simulator) = try bed()
    try simulator.control(["storage": ["ranges": hasRanges]])
    let (family, other) = (try bed.stack.signUp(), try bed.stack.signUp())
    // One piece, exactly one part, and many.
    for size in [1000, 262_144, 1_500_000] {
      let content = pdf(size)
      let made = try upload(bed.stack, family, content)
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.json["id"] as? String)
      let path = "/api/documents/\(id)/content"
      #expect(try objects(simulator) == ["\(family.id)/\(id)"])
      let rows = try bed.sql(
        "select count(*) from document_contents where document_id = '\(id)'")
      #expect(rows == "0")
      let whole = try bed.stack.get(path, family)
      #expect(whole.status == 200 && whole.body == content)
      let part = try bed.stack.client.request(
        "GET", path, headers: ["Cookie": family.cookie, "Range": "bytes=500-\(size - 100)"])
      #expect(part.status == 206 && part.body == content[500...(size - 100)])
      #expect(try bed.stack.get(path, other).status == 404)
      #expect(try bed.stack.send("DELETE", "/api/documents/\(id)", as: other).status == 404)
      #expect(try objects(simulator).count == 1)
      #expect(try bed.stack.send("DELETE", "/api/documents/\(id)", as: family).status == 204)
      #expect(try objects(simulator) == [])
      #expect(try bed.stack.get(path, family).status == 404)
    }
    #expect(bed.stack.logLines("internal fault").isEmpty)
  }

  @Test func whatDoesNotEndWellLeavesNothing() throws {
    let (bed, simulator) = try bed(["PHOENIX_USER_BYTES_MAX": "1MiB"])
    let family = try bed.stack.signUp()
    func rows() throws -> String {
      try bed.sql("select count(*) from documents where user_id = '\(family.id)'")
    }
    // A client that leaves in the middle.
    let client = WireClient(port: bed.stack.port)
    let head = head(family).map { "\($0): \($1)\r\n" }.joined()
    try client.send(
      "POST /api/documents HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\(head)\r\n")
    try client.send(opening + pdf(600_000))
    try bed.stack.wait("the upload has begun", seconds: 5) {
      (try? bed.stack.admin.request("GET", "/metrics").text.contains(
        "phoenix_http_requests_in_flight 1")) == true
    }
    client.close()
    // Over the quota, found while it streams.
    let large = try upload(bed.stack, family, pdf(1_200_000))
    #expect(large.status == 413 && large.code == "quota_exceeded", "\(large.text)")
    // Over what the bucket takes.
    try simulator.control(["storage": ["size_max": 400_000]])
    for size in [450_000, 700_000] {
      let refused = try upload(bed.stack, family, pdf(size))
      #expect(refused.status == 413 && refused.code == "body_too_large", "\(refused.text)")
    }
    #expect(try objects(simulator) == [])
    #expect(try rows() == "0")
    #expect(try upload(bed.stack, family, pdf(300_000)).status == 201)
  }

  @Test func withoutStorageTheRestIsServed() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    let made = try upload(bed.stack, family, pdf(2000))
    let id = try #require(made.json["id"] as? String)
    try simulator.fail("/storage", times: 4, ["status": 503])
    let content = try bed.stack.get("/api/documents/\(id)/content", family)
    #expect(content.status == 503 && content.code == "storage_unavailable", "\(content.text)")
    #expect(try upload(bed.stack, family, pdf(2000)).code == "storage_unavailable")
    #expect(try bed.stack.send("DELETE", "/api/documents/\(id)", as: family).status == 503)
    #expect(try bed.stack.send("DELETE", "/api/account", as: family).status == 503)
    let list = try bed.stack.get("/api/documents", family)
    #expect((list.json["documents"] as? [Any])?.count == 1)
    #expect(try bed.stack.get("/api/documents/\(id)/content", family).body == pdf(2000))
    // A bucket that is not there is a fault of the settings, and no document less.
    try simulator.fail(
      "/storage", times: 1,
      ["status": 400, "body": #"{"statusCode":"404","code":"NoSuchBucket","error":"x"}"#])
    #expect(try bed.stack.get("/api/documents/\(id)/content", family).status == 503)
    try bed.stack.wait("the log says why", seconds: 3) { bed.stack.log.contains("NoSuchBucket") }
  }

  @Test func bytesWithoutARowAreTakenBack() throws {
    let (bed, simulator) = try bed()
    let family = try bed.stack.signUp()
    func counted(_ outcome: String) throws -> Double {
      try bed.stack.metric(
        "phoenix_background_work_total{work=\"storage\",outcome=\"\(outcome)\"}")
    }
    _ = try bed.sql(
      """
      create or replace function public.no_row() returns trigger language plpgsql as
        $$ begin raise check_violation; end $$;
      create or replace trigger no_row before insert on public.documents for each row
        when (new.user_id = '\(family.id)') execute function public.no_row()
      """)
    defer { _ = try? bed.sql("drop function public.no_row cascade") }
    #expect(try upload(bed.stack, family, pdf(2000)).status >= 400)
    #expect(try objects(simulator) == [])
    #expect(try counted("ok") == 1 && counted("failed") == 0)
    // Where they cannot be taken back, somebody is told.
    try simulator.control(["storage": ["deletable": false]])
    #expect(try upload(bed.stack, family, pdf(2000)).status >= 400)
    #expect(try objects(simulator).count == 1)
    #expect(try counted("ok") == 1 && counted("failed") == 1)
  }

  @Test func aDeletedAccountLeavesNoFile() throws {
    let (bed, simulator) = try bed()
    let (family, witness) = (try bed.stack.signUp(), try bed.stack.signUp())
    for _ in 0..<3 { #expect(try upload(bed.stack, family, pdf(2000)).status == 201) }
    #expect(try upload(bed.stack, witness, pdf(2000)).status == 201)
    #expect(try bed.stack.get("/api/account/export", family).body.count > 500)
    // Files that may not be deleted keep the account: deleted with it they would be nobody's.
    try simulator.control(["storage": ["deletable": false]])
    #expect(try bed.stack.send("DELETE", "/api/account", as: family).status == 503)
    // Nor is a row taken away whose bytes would stay.
    let list = try bed.stack.get("/api/documents", family).json["documents"] as? [[String: Any]]
    let id = try #require(list?.first?["id"] as? String)
    #expect(try bed.stack.send("DELETE", "/api/documents/\(id)", as: family).status == 503)
    #expect(try bed.stack.get("/api/documents/\(id)/content", family).body == pdf(2000))
    #expect(try objects(simulator).count == 4)
    try simulator.control(["storage": ["deletable": true]])
    #expect(try bed.stack.send("DELETE", "/api/account", as: family).status == 204)
    #expect(try objects(simulator).allSatisfy { $0.hasPrefix(witness.id) })
    #expect(try objects(simulator).count == 1)
  }

  @Test func whatWasKeptInRowsIsStillRead() throws {
    let before = try HomeStack(.supabase)
    let simulator = try #require(before.simulator)
    let family = try before.stack.signUp()
    let made = try upload(before.stack, family, pdf(600_000))
    let id = try #require(made.json["id"] as? String)
    let stand = try SupabaseStand.shared()
    let after = try Stack(
      workers: 1,
      gateway: simulator.settings + [
        "DATABASE_URL": stand.gatewayURL, "SUPABASE_STORAGE_BUCKET": "documents",
      ])
    #expect(try after.get("/api/documents/\(id)/content", family).body == pdf(600_000))
    #expect(try after.send("DELETE", "/api/documents/\(id)", as: family).status == 204)
    #expect(try before.stack.get("/api/documents/\(id)/content", family).status == 404)
  }
}
