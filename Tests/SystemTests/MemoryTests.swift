import Foundation
import Testing

/// What a family says of its situation: remembered where it agreed, used where it helps, never told
/// to another, forgotten when it says so.
@Suite(.serialized) struct MemoryTests {
  private func memories(_ stack: Stack, _ family: Stack.Family) throws -> [[String: Any]] {
    try stack.get("/api/memories", family).json["memories"] as? [[String: Any]] ?? []
  }

  private func facts(_ stack: Stack, _ family: Stack.Family) throws -> Set<String> {
    Set(try memories(stack, family).compactMap { $0["fact"] as? String })
  }

  private func content(_ response: WireClient.Response) -> String {
    (response.json["message"] as? [String: Any])?["content"] as? String ?? ""
  }

  @Test func factsAreKeptWithConsentAndSayWhereFrom() throws {
    let stack = try Stack(workers: 1)
    let message =
      "Bonjour, j'habite dans le Nord et mon fils Achille a 8 ans. Comment demander l'AEEH ?"
    let silent = try stack.signUp()
    #expect(try stack.ask(message, silent).status == 200)
    #expect(try memories(stack, silent).isEmpty, "no consent, no memory")

    let family = try stack.signUp(consents: ["gemini": true])
    let answer = try stack.ask(message, family)
    #expect(answer.status == 200, "\(answer.text)")
    let kept = try memories(stack, family)
    #expect(
      Set(kept.compactMap { $0["fact"] as? String })
        == ["Vous habitez dans le département 59 (Nord).", "Votre fils a 8 ans."])
    let conversation = try #require(answer.json["conversation_id"] as? String)
    let history = try stack.get("/api/chat/history?conversation_id=\(conversation)", family).json
    let question = try #require((history["messages"] as? [[String: Any]])?.first?["id"] as? String)
    #expect(kept.allSatisfy { $0["source"] as? String == "message:\(question)" })
    #expect(!kept.description.contains("Achille"))

    // Taken back, nothing more is kept, and what was stays until it is deleted.
    _ = try stack.send("PUT", "/api/account/consents", ["gemini": false], as: family)
    _ = try stack.ask("Je touche l'AEEH.", family)
    #expect(try facts(stack, family).count == 2)
  }

  @Test func whatIsSaidLaterHolds() throws {
    let stack = try Stack(workers: 1)
    let family = try stack.signUp(consents: ["gemini": true])
    for message in [
      "J'habite dans le Nord.", "Mon fils a 7 ans.", "Je touche l'AAH.", "J'habite en Gironde.",
      "Mon fils a 8 ans.", "Ma fille a 12 ans.",
    ] {
      #expect(try stack.ask(message, family).status == 200)
    }
    #expect(
      try facts(stack, family) == [
        "Vous habitez dans le département 33 (Gironde).", "Votre fils a 8 ans.",
        "Votre fille a 12 ans.", "Vous bénéficiez déjà de : AAH.",
      ])
    #expect(try stack.ask("Je ne touche plus l'AAH.", family).status == 200)
    #expect(try !facts(stack, family).contains("Vous bénéficiez déjà de : AAH."))
    // Neither a question nor a supposition changes anything.
    for message in ["Si j'habite à Paris, où aller ?", "Mon fils a 9 ans ?", "Ma soeur a la RQTH."]
    {
      #expect(try stack.ask(message, family).status == 200)
    }
    #expect(try facts(stack, family).count == 3)
    // As a stream as well, and once for a question that is sent twice.
    for _ in 0..<2 {
      let response = try stack.ask(
        "J'ai la RQTH. Que faire ?", family,
        headers: ["Accept": "text/event-stream", "Idempotency-Key": "memory-\(family.id)"])
      #expect(response.text.contains("event: done"))
    }
    #expect(
      try memories(stack, family).filter {
        $0["fact"] as? String == "Vous bénéficiez déjà de : RQTH."
      }.count == 1)
  }

  @Test func aRememberedFactHelpsItsUserAlone() throws {
    let stack = try Stack(workers: 2)
    let question = "Puis-je demander la carte mobilité inclusion ?"
    let one = try stack.signUp(consents: ["gemini": true])
    let other = try stack.signUp(consents: ["gemini": true])
    _ = try stack.ask("J'ai un taux d'incapacité de 80 %.", one)
    let fact = "Votre taux d'incapacité est d'au moins 80 %."
    let own = try stack.ask(question, one)
    #expect(content(own).contains(fact), "\(own.text)")
    let foreign = try stack.ask(question, other)
    #expect(foreign.status == 200 && !content(foreign).contains(fact))
    #expect(foreign.json["cached"] as? Bool == false)
    #expect(content(try stack.ask(question, one)).contains(fact))
    #expect(!content(try stack.ask(question, other)).contains(fact))

    // What is asked about rights in general stays everybody's: the second asker finds it.
    let general = "Quel est le montant de la MVA ?"
    _ = try stack.ask(general, one)
    #expect(try stack.ask(general, other).json["cached"] as? Bool == true)

    // Forgotten: in the list, in the export, in answers kept.
    let export = try stack.get("/api/account/export", one)
    let kept = try #require(try AccountTests.unzip(Array(export.body))["souvenirs.json"])
    #expect(String(decoding: kept, as: UTF8.self).contains("d'au moins 80 %"))
    let id = try #require(try memories(stack, one).first?["id"] as? String)
    #expect(try stack.send("DELETE", "/api/memories/\(id)", as: other).status == 404)
    #expect(try stack.send("DELETE", "/api/memories/\(id)", as: one).status == 204)
    #expect(try memories(stack, one).isEmpty)
    #expect(!content(try stack.ask(question, one)).contains(fact))
  }

  /// An age that was said long ago is listed, and told no more.
  @Test func anOldAgeIsNotToldAnyMore() throws {
    let worker = try RecordingWorker()
    defer { worker.stop() }
    let stack = try Stack(workers: 0, gateway: ["PHOENIX_AI_WORKERS": worker.url])
    let family = try stack.signUp(consents: ["gemini": true])
    _ = try stack.ask("Mon fils a 8 ans. J'habite à Lille.", family)
    let question = "À quelle MDPH demander l'AEEH pour mon fils ?"
    _ = try stack.ask(question, family)
    #expect(
      Set(worker.asked.last?["memories"] as? [String] ?? [])
        == ["Votre fils a 8 ans.", "Vous habitez dans le département 59 (Nord)."])
    _ = try stack.ask("Quel est le montant de l'AAH ?", family)
    #expect((worker.asked.last?["memories"] as? [Any])?.isEmpty == true)
    try Stack.sql(
      """
      update user_memories set created_at = now() - interval '13 months'
      where user_id = '\(family.id)'
      """)
    _ = try stack.ask(question, family)
    #expect(
      worker.asked.last?["memories"] as? [String]
        == ["Vous habitez dans le département 59 (Nord)."])
    #expect(try memories(stack, family).count == 2)
    // Said again, it is told again.
    _ = try stack.ask("Mon fils a 8 ans.", family)
    _ = try stack.ask(question, family)
    #expect((worker.asked.last?["memories"] as? [Any])?.count == 2)
  }
}
