import Foundation
import Testing

/// A family's procedures: every route and every way it says no.
@Suite(.serialized) struct ProcedureTests {
  private static let unknown = "01990f5e-7c1a-7b3e-8f00-1234567890ab"

  @Test func aProcedureIsWrittenReadChangedAndDeleted() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let draft: [String: Any] = [
      "type": "aeeh", "title": "Renouveler l'AEEH", "due_date": "2027-02-28",
      "notes": "À l'accueil",
      "steps": [["title": "Certificat", "done": true], ["title": "Envoi"]],
    ]
    let made = try stack.send("POST", "/api/procedures", draft, as: family)
    #expect(made.status == 201, "\(made.text)")
    let id = try #require(made.json["id"] as? String)
    #expect(made.header("location") == "/api/procedures/\(id)")
    #expect(made.header("etag") == "\"1\"")
    #expect(made.json["status"] as? String == "brouillon")
    #expect(made.json["version"] as? Int == 1)
    let steps = try #require(made.json["steps"] as? [[String: Any]])
    #expect(steps.map { $0["title"] as? String } == ["Certificat", "Envoi"])
    #expect(steps.map { $0["done"] as? Bool } == [true, false])

    let shown = try stack.get("/api/procedures/\(id.uppercased())", family)
    #expect(shown.status == 200)
    #expect(NSDictionary(dictionary: shown.json) == NSDictionary(dictionary: made.json))

    let changed = try stack.send(
      "PATCH", "/api/procedures/\(id)", ["status": "deposee", "due_date": NSNull(), "version": 1],
      as: family)
    #expect(changed.status == 200, "\(changed.text)")
    #expect(changed.header("etag") == "\"2\"")
    #expect(changed.json["status"] as? String == "deposee")
    #expect(changed.json["due_date"] is NSNull)
    #expect(changed.json["notes"] as? String == "À l'accueil")
    #expect((changed.json["steps"] as? [Any])?.count == 2)

    #expect(try stack.send("DELETE", "/api/procedures/\(id)", as: family).status == 204)
    #expect(try stack.get("/api/procedures/\(id)", family).status == 404)
    #expect(try stack.send("DELETE", "/api/procedures/\(id)", as: family).status == 404)
  }

  @Test func staleVersionsAreRefusedEachInItsWay() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let made = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "AAH"], as: family)
    let path = "/api/procedures/\(try #require(made.json["id"] as? String))"
    func patch(_ json: [String: Any], ifMatch: String? = nil) throws -> WireClient.Response {
      try stack.send(
        "PATCH", path, json, as: family, headers: ifMatch.map { ["If-Match": $0] } ?? [:])
    }
    #expect(try patch(["title": "un"], ifMatch: "\"1\"").status == 200)
    let stale = try patch(["title": "deux", "version": 1])
    #expect(stale.status == 409 && stale.code == "stale_version")
    for tag in ["\"1\"", "W/\"2\"", "\"x\"", "2", "\"99999999999999999999\""] {
      let failed = try patch(["title": "trois"], ifMatch: tag)
      #expect(failed.status == 412 && failed.code == "precondition_failed", "\(tag)")
    }
    // The precondition is looked at first.
    #expect(try patch(["title": "trois", "version": 1], ifMatch: "\"1\"").status == 412)
    #expect(try patch(["title": "trois", "version": 1], ifMatch: "\"2\"").status == 409)
    #expect(try patch(["title": "trois"], ifMatch: "\"7\", \"2\"").status == 200)
    let last = try patch(["title": "quatre"], ifMatch: "*")
    #expect(last.json["version"] as? Int == 4)
    #expect(last.json["title"] as? String == "quatre")
  }

  @Test func ofChangesOfOneVersionAtOnceOneSucceeds() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let made = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "AAH"], as: family)
    let path = "/api/procedures/\(try #require(made.json["id"] as? String))"
    let byVersion = try stack.atOnce(
      8, "PATCH", path, ["title": "un", "version": 1], headers: ["Cookie": family.cookie])
    #expect(byVersion.map(\.status).sorted() == [200] + Array(repeating: 409, count: 7))
    let byTag = try stack.atOnce(
      8, "PATCH", path, ["title": "deux"],
      headers: ["Cookie": family.cookie, "If-Match": "\"2\""])
    #expect(byTag.map(\.status).sorted() == [200] + Array(repeating: 412, count: 7))
    #expect(try stack.get(path, family).json["version"] as? Int == 3)
  }

  @Test func everyFaultIsNamedAtOnceWithItsPlace() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    let answer = try stack.send(
      "POST", "/api/procedures",
      [
        "type": "", "status": "perdue", "due_date": "2027-02-30", "notes": 7, "colour": "red",
        "steps": [["title": "ok"], ["done": "oui", "extra": 1], "x", ["title": "a\u{0}b"]],
      ], as: family)
    #expect(answer.status == 422 && answer.code == "validation_failed")
    #expect(
      Set(answer.faults) == [
        "type too_short", "title required", "status invalid_choice", "due_date invalid_date",
        "notes wrong_type", "colour unknown_field", "steps[1].title required",
        "steps[1].done wrong_type", "steps[1].extra unknown_field", "steps[2] wrong_type",
        "steps[3].title invalid_characters",
      ], "\(answer.text)")
    let change = try stack.send(
      "PATCH", "/api/procedures/\(Self.unknown)",
      ["title": NSNull(), "version": 0, "due_date": "demain", "owner": "me"], as: family)
    #expect(
      Set(change.faults) == [
        "title wrong_type", "version out_of_range", "due_date invalid_date", "owner unknown_field",
      ], "\(change.text)")
    let query = try stack.get("/api/procedures?status=x&limit=0&before=y", family)
    #expect(
      query.faults == ["status invalid_choice", "before invalid_uuid", "limit out_of_range"])
    #expect(query.status == 422)
    for (type, body, status) in [
      ("text/plain", "{}", 415), ("application/json", "{", 400), ("application/json", "[]", 422),
      ("application/json", "{\"title\":\"" + String(repeating: "a", count: 70_000) + "\"}", 413),
    ] {
      let refused = try stack.client.request(
        "POST", "/api/procedures", headers: ["Cookie": family.cookie, "Content-Type": type],
        body: Data(body.utf8))
      #expect(refused.status == status, "\(type) \(body.prefix(20)): \(refused.text)")
    }
  }

  @Test func anothersIdAndAnUnknownOneAnswerAlike() throws {
    let stack = try Stack(workers: 1)
    let owner = try stack.signUp()
    let other = try stack.signUp()
    let made = try stack.send(
      "POST", "/api/procedures", ["type": "aah", "title": "AAH"], as: owner)
    let id = try #require(made.json["id"] as? String)
    for method in ["GET", "PATCH", "DELETE"] {
      let body: Any? = method == "PATCH" ? ["title": "volé"] : nil
      let answers = try [id, Self.unknown, "nonsense", id + "x"].map { id in
        var json = try stack.send(method, "/api/procedures/\(id)", body, as: other).json
        json["request_id"] = nil
        return NSDictionary(dictionary: json)
      }
      #expect(answers[0]["status"] as? Int == 404, "\(method)")
      #expect(Set(answers).count == 1, "\(method): \(answers)")
    }
    #expect(try stack.get("/api/procedures/\(id)", owner).json["title"] as? String == "AAH")
    #expect((try stack.get("/api/procedures", other).json["procedures"] as? [Any])?.isEmpty == true)
  }

  @Test func pagesHoldEveryProcedureOnce() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp()
    var ids: [String] = []
    for number in 0..<7 {
      let made = try stack.send(
        "POST", "/api/procedures",
        ["type": "aah", "title": "n° \(number)", "status": number < 5 ? "en_cours" : "terminee"],
        as: family)
      ids.append(try #require(made.json["id"] as? String))
    }
    var seen: [String] = []
    var before = ""
    repeat {
      let page = try stack.get("/api/procedures?limit=3\(before)", family).json
      let rows = try #require(page["procedures"] as? [[String: Any]])
      seen += rows.compactMap { $0["id"] as? String }
      before = (page["next_before"] as? String).map { "&before=\($0)" } ?? ""
    } while !before.isEmpty
    #expect(seen == ids.reversed())
    let running = try stack.get("/api/procedures?status=en_cours", family).json
    #expect((running["procedures"] as? [Any])?.count == 5)
  }
}
