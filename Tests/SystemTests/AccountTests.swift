import Compression
import Foundation
import Testing

/// What a family may ask of its account: everything that is kept, that nothing be kept, and what
/// may be done with it.
@Suite(.serialized) struct AccountTests {
  @Test func withoutConsentNothingGoesOutAndMemoriesStayHere() throws {
    let worker = try RecordingWorker()
    defer { worker.stop() }
    let stack = try Stack(workers: 0, gateway: ["PHOENIX_AI_WORKERS": worker.url])
    let family = try stack.signUp()
    for fact in ["Notre fils a 8 ans.", "Nous vivons à Lille."] {
      try Stack.sql(
        """
        insert into user_memories (id, user_id, fact) values (gen_random_uuid(), '\(family.id)', '\(fact)')
        """)
    }
    let before = try stack.get("/api/account/consents", family).json
    #expect((before["consents"] as? [String: Any])?["gemini"] as? Bool == false)
    #expect(before["updated_at"] is NSNull)
    #expect(try stack.ask("Bonjour Zoé Martin", family).status == 200)
    #expect(worker.asked.last?["consent"] as? Bool == false)
    #expect((worker.asked.last?["memories"] as? [Any])?.isEmpty == true)

    let given = try stack.send("PUT", "/api/account/consents", ["gemini": true], as: family)
    #expect(given.status == 200 && given.json["updated_at"] is String, "\(given.text)")
    let answer = try stack.ask("Bonjour Zoé Martin", family)
    #expect(worker.asked.last?["consent"] as? Bool == true)
    #expect(
      worker.asked.last?["memories"] as? [String] == [
        "Nous vivons à Lille.", "Notre fils a 8 ans.",
      ])
    let conversation = try #require(answer.json["conversation_id"] as? String)
    #expect(try stack.ask("Et Léa Durand ?", family, conversation: conversation).status == 200)
    #expect(worker.asked.last?["consent"] as? Bool == true)
    #expect((worker.asked.last?["history"] as? [Any])?.count == 2)

    let withdrawn = try stack.send("PUT", "/api/account/consents", ["gemini": false], as: family)
    #expect((withdrawn.json["consents"] as? [String: Any])?["gemini"] as? Bool == false)
    #expect(worker.forgotten == [family.id])
    #expect(try stack.ask("Bonjour Zoé Martin", family).status == 200)
    #expect(worker.asked.last?["consent"] as? Bool == false)
    #expect((worker.asked.last?["memories"] as? [Any])?.isEmpty == true)
    // The conversation that was begun with consent goes on without it.
    #expect(try stack.ask("Et Tom Petit ?", family, conversation: conversation).status == 200)
    #expect(worker.asked.last?["consent"] as? Bool == false)
    #expect((worker.asked.last?["memories"] as? [Any])?.isEmpty == true)
    let faulty = try stack.send(
      "PUT", "/api/account/consents", ["gemini": "oui", "other": true], as: family)
    #expect(faulty.status == 422)
    #expect(faulty.faults == ["gemini wrong_type", "other unknown_field"])
  }

  @Test func aMemoryIsReadAndForgotten() throws {
    let worker = try RecordingWorker()
    defer { worker.stop() }
    let stack = try Stack(workers: 0, gateway: ["PHOENIX_AI_WORKERS": worker.url])
    let family = try stack.signUp()
    let other = try stack.signUp()
    for number in 0..<3 {
      try Stack.sql(
        """
        insert into user_memories (id, user_id, fact, source)
        values (gen_random_uuid(), '\(family.id)', 'fait \(number)', 'conversation')
        """)
    }
    let page = try stack.get("/api/memories?limit=2", family).json
    let memories = try #require(page["memories"] as? [[String: Any]])
    #expect(memories.map { $0["fact"] as? String } == ["fait 2", "fait 1"])
    let next = try #require(page["next_before"] as? String)
    let rest = try stack.get("/api/memories?before=\(next)", family).json
    #expect((rest["memories"] as? [[String: Any]])?.first?["fact"] as? String == "fait 0")
    let id = try #require(memories[0]["id"] as? String)
    #expect(try stack.send("DELETE", "/api/memories/\(id)", as: other).status == 404)
    #expect(try stack.send("DELETE", "/api/memories/\(id)", as: family).status == 204)
    #expect(worker.forgotten == [family.id])
    #expect(try stack.send("DELETE", "/api/memories/\(id)", as: family).status == 404)
    #expect((try stack.get("/api/memories", family).json["memories"] as? [Any])?.count == 2)
  }

  @Test func theDashboardCountsWhatIsThere() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    _ = try stack.ask("Quel est le montant de l'AAH ?", family)
    for (title, status, due) in [
      ("loin", "en_cours", "2199-01-02"), ("bientôt", "brouillon", "2199-01-01"),
      ("passé", "en_cours", "2001-01-01"), ("fini", "terminee", "2199-01-01"),
    ] {
      _ = try stack.send(
        "POST", "/api/procedures",
        ["type": "aah", "title": title, "status": status, "due_date": due], as: family)
    }
    let stats = try stack.get("/api/dashboard/stats", family).json
    #expect(stats["conversations"] as? Int == 1)
    #expect(stats["messages"] as? Int == 2)
    #expect(stats["documents"] as? Int == 0)
    let procedures = try #require(stats["procedures"] as? [String: Any])
    #expect(procedures["total"] as? Int == 4)
    let byStatus = try #require(procedures["by_status"] as? [String: Int])
    #expect(byStatus["en_cours"] == 2 && byStatus["terminee"] == 1 && byStatus["refusee"] == 0)
    let deadlines = try #require(stats["next_deadlines"] as? [[String: Any]])
    #expect(deadlines.map { $0["title"] as? String } == ["bientôt", "loin"])
    #expect(deadlines[0]["due_date"] as? String == "2199-01-01")
    let aides = try #require(stats["recent_aides"] as? [[String: Any]])
    #expect(aides.first?["id"] as? String == "AAH")
    let empty = try stack.get("/api/dashboard/stats", try stack.signUp()).json
    #expect(empty["messages"] as? Int == 0 && (empty["recent_aides"] as? [Any])?.isEmpty == true)
  }

  @Test func theCatalogueIsSearchedFilteredAndPaged() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    func list(_ query: String) throws -> (ids: [String], total: Int) {
      let json = try stack.get("/api/aides?\(query)", family).json
      let aides = try #require(json["aides"] as? [[String: Any]], "\(query): \(json)")
      return (aides.compactMap { $0["id"] as? String }, json["total"] as? Int ?? -1)
    }
    let all = try list("limit=100")
    #expect(all.ids.count == all.total && all.total >= 7)
    #expect(try list("limit=2&offset=1").ids == Array(all.ids[1...2]))
    #expect(try list("limit=2&offset=1").total == all.total)
    #expect(try list("q=carte%20stationnement").ids.first == "CMI-STATIONNEMENT")
    #expect(try list("q=allocation+adulte").ids.first == "AAH")
    #expect(try list("q=p%C3%A2te+%C3%A0+pizza").total == 0)
    #expect(try list("public=enfant&limit=100").ids.contains("AEEH"))
    #expect(try !list("public=enfant&limit=100").ids.contains("AAH"))
    #expect(try list("organisme=conseil+departemental").ids.contains("CMI-PRIORITE"))
    #expect(try !list("organisme=cdaph&limit=100").ids.contains("CMI-PRIORITE"))
    let aah = try stack.get("/api/aides/aah", family)
    #expect(aah.status == 200 && aah.json["id"] as? String == "AAH")
    #expect(aah.text.contains("\"value\":1041.59,"))
    for member in ["conditions", "duree", "demarche", "cerfa", "recours", "cumul", "sources"] {
      #expect(aah.json[member] != nil, "\(member)")
    }
    #expect(try stack.get("/api/aides/RIEN", family).status == 404)
    let faulty = try stack.get("/api/aides?public=moi&limit=x&offset=-1&q=%FF", family)
    #expect(
      Set(faulty.faults) == [
        "public invalid_choice", "limit out_of_range", "offset out_of_range",
        "q invalid_characters",
      ])
  }

  @Test func aNewPasswordEndsTheOtherSessions() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let other = try stack.send(
      "POST", "/api/auth/login", ["email": family.email, "password": family.password])
    let elsewhere = ["Cookie": Stack.cookies(other)]
    let wrong = try stack.send(
      "POST", "/api/auth/password", ["current": "ceci est faux", "new": "huit vaches bleues"],
      as: family)
    #expect(wrong.status == 401 && wrong.code == "invalid_credentials")
    let weak = try stack.send(
      "POST", "/api/auth/password", ["current": family.password, "new": "court"], as: family)
    #expect(weak.status == 422 && weak.code == "weak_password" && weak.faults[0].hasPrefix("new "))
    let faulty = try stack.send("POST", "/api/auth/password", ["now": 1], as: family)
    #expect(faulty.faults == ["current required", "new required", "now unknown_field"])
    #expect(
      try stack.send(
        "POST", "/api/auth/password",
        ["current": family.password, "new": "huit vaches bleues"], as: family
      ).status == 204)
    #expect(try stack.get("/api/auth/me", family).status == 200)
    let bearer = Stack.cookies(other).split(separator: ";")[0].split(separator: "=", maxSplits: 1)
    #expect(
      try stack.client.request(
        "GET", "/api/auth/me", headers: ["Authorization": "Bearer \(bearer[1])"]
      ).status == 401)
    #expect(
      try stack.client.request("POST", "/api/auth/refresh", headers: elsewhere).status == 401)
    #expect(
      try stack.send(
        "POST", "/api/auth/login", ["email": family.email, "password": "huit vaches bleues"]
      ).status == 200)
  }

  // MARK: Export and deletion

  /// A family with a row in every table.
  private func settled(_ stack: Stack) throws -> Stack.Family {
    let family = try stack.signUp()
    _ = try stack.ask("Quel est le montant de l'AAH ?", family, headers: ["Idempotency-Key": "q"])
    _ = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "Démarche témoin"], as: family)
    let document = UUID().uuidString.lowercased()
    try Stack.sql(
      """
      begin;
      insert into user_memories (id, user_id, fact)
      values (gen_random_uuid(), '\(family.id)', 'Souvenir témoin');
      insert into documents (id, user_id, filename, content_type, size_bytes, sha256)
      values ('\(document)', '\(family.id)', '../a:b.pdf', 'application/pdf', 262147,
        sha256('x'::bytea));
      insert into document_contents (document_id, user_id, part, bytes)
      values ('\(document)', '\(family.id)', 0, convert_to(repeat('d', 262144), 'UTF8')),
        ('\(document)', '\(family.id)', 1, 'fin'::bytea);
      insert into realtime_presence (user_id, gateway_id, streams, version, expires_at)
      values ('\(family.id)', gen_random_uuid(), 2, 1, now() + interval '1 hour');
      commit
      """)
    return family
  }

  @Test func theExportHoldsEveryRowAndFile() throws {
    let stack = try Stack(workers: 1)
    let family = try settled(stack)
    let other = try settled(stack)
    let answer = try stack.get("/api/account/export", family)
    #expect(answer.status == 200)
    #expect(answer.header("content-type") == "application/zip")
    #expect(answer.header("content-disposition")?.hasPrefix("attachment; filename=") == true)
    let files = try Self.unzip(Array(answer.body))
    #expect(
      Set(files.keys.filter { !$0.hasPrefix("documents/") }) == [
        "LISEZMOI.txt", "compte.json", "sessions.json", "conversations.json", "messages.json",
        "demarches.json", "souvenirs.json", "documents.json", "presence.json",
        "cles-de-repetition.json",
      ])
    func rows(_ name: String) throws -> [[String: Any]] {
      let json = try JSONSerialization.jsonObject(with: Data(files[name] ?? []))
      return try #require(json as? [[String: Any]], "\(name)")
    }
    #expect(try rows("compte.json")[0]["email"] as? String == family.email)
    #expect(try rows("messages.json").count == 2)
    #expect(try rows("demarches.json")[0]["title"] as? String == "Démarche témoin")
    #expect(try rows("souvenirs.json")[0]["fact"] as? String == "Souvenir témoin")
    #expect(try rows("sessions.json").count == 1)
    #expect(try rows("presence.json").map { $0["streams"] as? Int } == [2])
    #expect(try rows("cles-de-repetition.json").count == 1)
    let document = try rows("documents.json")[0]
    #expect((document["sha256"] as? String)?.count == 64)
    let id = try #require(document["id"] as? String)
    let content = try #require(files["documents/\(id)/_a_b.pdf"], "\(files.keys)")
    #expect(content.count == 262_147 && content.suffix(3) == Array("fin".utf8))
    let all = files.values.map { String(decoding: $0, as: UTF8.self) }.joined()
    #expect(!all.contains(other.id) && !all.contains("password_hash"))
  }

  /// Entries by name; each is unpacked by way of gzip, whose decoder checks size and CRC.
  static func unzip(_ archive: [UInt8]) throws -> [String: [UInt8]] {
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(archive[at + $1]) << (8 * $1) }
    }
    let end = archive.count - 22
    try #require(end >= 0 && number(end, 4) == 0x0605_4b50, "no zip of \(archive.count) bytes")
    var at = number(end + 16, 4)
    var files: [String: [UInt8]] = [:]
    for _ in 0..<number(end + 10, 2) {
      let (compressed, size, length) = (number(at + 20, 4), number(at + 24, 4), number(at + 28, 2))
      let name = String(decoding: archive[at + 46..<at + 46 + length], as: UTF8.self)
      let start = number(at + 42, 4) + 30 + length
      let gzip: [UInt8] =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + archive[start..<start + compressed]
        + archive[at + 16..<at + 20] + archive[at + 24..<at + 28]
      files[name] = try GzipDecoder.decompress(gzip, limit: size)
      at += 46 + length
    }
    return files
  }

  @Test func aDeletedAccountLeavesOneLineAndNoSession() throws {
    let worker = try RecordingWorker()
    defer { worker.stop() }
    let key = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
    let settings = [
      "PHOENIX_AI_WORKERS": worker.url, "PHOENIX_SECRET_KEY": key,
      "PHOENIX_PUBLIC_URL": "http://localhost:3000",
    ]
    let stack = try Stack(workers: 0, gateway: settings)
    let second = try Stack(workers: 0, gateway: settings)
    let family = try settled(stack)
    let witness = try settled(stack)
    #expect(try second.get("/api/auth/me", family).status == 200)

    let gone = try stack.send("DELETE", "/api/account", as: family)
    #expect(gone.status == 204 && gone.body.isEmpty)
    #expect(gone.all("set-cookie").allSatisfy { $0.contains("Max-Age=0") })
    #expect(gone.all("set-cookie").count == 2)
    #expect(worker.forgotten == [family.id])
    #expect(try stack.get("/api/procedures", family).status == 401)
    try second.wait("the other gateway knows", seconds: 3) {
      (try? second.get("/api/procedures", family).status) == 401
    }
    #expect(
      try stack.send(
        "POST", "/api/auth/login", ["email": family.email, "password": family.password]
      ).status == 401)

    // Every table that knows a user, asked of the catalogue, so that a new one cannot be forgotten.
    let tables = try Stack.sql(
      """
      select distinct n.nspname || '.' || c.relname || '.' || a.attname from pg_attribute a
      join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname in ('public', 'auth') and (a.attname = 'user_id'
        or c.relname = 'users' and a.attname = 'id')
      """
    ).split(separator: "\n")
    #expect(tables.count >= 10)
    for table in tables {
      let parts = table.split(separator: ".")
      let count = try Stack.sql(
        "select count(*) from \(parts[0]).\(parts[1]) where \(parts[2]) = '\(family.id)'")
      #expect(count == (parts[1] == "account_deletions" ? "1" : "0"), "\(table)")
    }
    #expect(try stack.get("/api/procedures", witness).status == 200)
    #expect(
      try Stack.sql(
        "select count(*) from document_contents where user_id = '\(witness.id)'") == "2")
  }
}
