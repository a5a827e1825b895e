import Knowledge
import Testing

@Suite struct KnowledgeIndexTests {
  private let index = KnowledgeIndex.standard

  @Test(arguments: Questions.short.indices)
  func findsARightSourceForAGivenQuestion(number: Int) {
    let (question, slugs) = Questions.short[number]
    let found = index.search(question, limit: 3).map(\.slug)
    #expect(!slugs.isDisjoint(with: found), "\(question): \(found)")
  }

  @Test(arguments: Questions.own.indices)
  func findsARightSourceForAQuestionAsTyped(number: Int) {
    let (question, slugs) = Questions.own[number]
    let found = index.search(question, limit: 3).map(\.slug)
    #expect(!slugs.isDisjoint(with: found), "\(question): \(found)")
  }

  @Test func putsTheRightSourceFirstNearlyAlways() {
    let all = Questions.short + Questions.own
    #expect(all.count >= 60)
    let first = all.filter { question, slugs in
      index.search(question, limit: 1).first.map { slugs.contains($0.slug) } == true
    }
    #expect(first.count * 100 >= all.count * 85, "\(first.count) of \(all.count)")
  }

  @Test(arguments: Questions.foreign)
  func findsNothingForWhatIsNotOurs(question: String) {
    #expect(index.search(question, limit: 3).map(\.heading) == [])
    #expect(index.read(question).scope != .uncovered)
  }

  /// With few documents, what only others treat is not answered from the nearest of them.
  @Test(arguments: Questions.uncovered)
  func findsNothingForWhatNoDocumentTreats(question: String) {
    let few = KnowledgeIndex(
      documents: index.documents.filter {
        [Questions.aah, Questions.aeeh, Questions.pch, Questions.cmi].contains($0.slug)
      })
    #expect(few.search(question, limit: 3).map(\.heading) == [])
    #expect(few.read(question).scope == .uncovered)
    #expect(index.read(question).scope == .known)
    #expect(!index.search(question, limit: 3).isEmpty)
  }

  @Test(arguments: [
    ("Quel est le montant de l'AAH ?", "Quel est le montant de l'AAH ?"),
    ("Qui paie la PCH ?", "Qui décide et qui paie la PCH ?"),
    ("comment demander la cmi", "Comment demander la CMI ?"),
    ("combien de temps dure la rqth", "Combien de temps est valable la RQTH ?"),
    ("kel delai pour un recour", "Quel est le délai pour faire un recours ?"),
    (
      "aeeh en garde alternée",
      "Que se passe-t-il en garde alternée ou si les parents sont séparés ?"
    ),
    ("refus de carte stationnement que faire", "Que faire en cas de refus de la CMI ?"),
  ])
  func findsTheSectionThatAnswers(question: String, heading: String) {
    #expect(index.search(question, limit: 1).first?.heading == heading)
  }

  @Test func ordersByAScoreBetweenZeroAndOne() {
    for (question, _) in Questions.short + Questions.own {
      let hits = index.search(question, limit: 50)
      #expect(hits.allSatisfy { $0.score > 0 && $0.score <= 1 }, "\(question)")
      #expect(hits.map(\.score) == hits.map(\.score).sorted(by: >), "\(question)")
      for hit in hits {
        #expect(!hit.excerpt.isEmpty && hit.excerpt.count <= 420)
        #expect(hit.passage.text.contains(hit.excerpt))
        #expect(hit.url == "/guides/" + hit.slug)
      }
    }
  }

  @Test func answersAlikeEveryTime() {
    let again = KnowledgeIndex(documents: index.documents)
    for (question, _) in Questions.own {
      #expect(
        index.search(question, limit: 5).map(\.excerpt)
          == again.search(question, limit: 5).map(\.excerpt))
    }
    #expect(again.version == index.version)
  }

  @Test func versionChangesWithEveryDocument() throws {
    #expect(index.version.count == 16)
    for skipped in index.documents {
      let fewer = KnowledgeIndex(documents: index.documents.filter { $0 != skipped })
      #expect(fewer.version != index.version)
    }
    #expect(KnowledgeIndex(documents: index.documents.reversed()).version != index.version)
  }

  @Test func goesOnFromTheQuestionBefore() throws {
    func first(_ question: String, after earlier: String) -> PassageHit? {
      index.search(index.read(question, after: earlier), limit: 1).first
    }
    let amount = "Quel est le montant de l'AAH ?"
    #expect(first("et pour mon fils de 8 ans ?", after: amount)?.slug == Questions.aeeh)
    #expect(first("et pour la PCH ?", after: amount)?.slug == Questions.pch)
    let duration = first("combien de temps ça dure ?", after: "Comment demander la RQTH ?")
    #expect(duration?.heading == "Combien de temps est valable la RQTH ?")
  }

  @Test(arguments: [
    "", " ", "?", "0", "\u{0}", "🧑‍🦽", "l'", "' ' '", "1 2 3 4 5", "%%%", "a\u{301}\u{301}\u{301}",
    "٣٤ سؤال", "--", "SELECT * FROM users;", "<script>alert(1)</script>",
  ])
  func standsAnyInput(question: String) {
    #expect(index.search(question, limit: 3).isEmpty)
  }

  @Test func findsNothingWithoutDocumentsOrWithoutALimit() {
    #expect(KnowledgeIndex(documents: []).search("montant de l'AAH", limit: 3).isEmpty)
    #expect(index.search("montant de l'AAH", limit: 0).isEmpty)
  }

  @Test func boundsTheWorkOfALongQuestion() {
    let long = String(repeating: "allocation adulte xylophone montant carte recours ", count: 80)
    #expect(index.read(long).terms.count <= 48)
    let many = (0..<600).map { "motinconnu\($0)a" }.joined(separator: " ")
    #expect(index.read(many).terms.count <= 48)
  }

  /// The least of many runs: what the work costs, not what the machine does besides.
  @Test func takesUnderAMillisecond() {
    let clock = ContinuousClock()
    let least = (0..<60).map { _ in
      clock.measure { _ = index.search("laah on la touche a kel age et ki la paye", limit: 3) }
    }.min()
    #if DEBUG
      let limit = Duration.milliseconds(20)
    #else
      let limit = Duration.milliseconds(1)
    #endif
    #expect(least.map { $0 < limit } == true, "\(String(describing: least))")
  }
}
